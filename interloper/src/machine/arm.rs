//! Armv6-M and Armv7-M.
//!
//! Sections named in this folder are those of the *Armv7-M Architecture Reference Manual* (DDI 0403E); Armv6-M (DDI
//! 0419) is a subset of it, apart from unaligned accesses, which are faults there.

use core::ops::Range;

use super::{
    Access, Choice, Choices, Core, Event, Fault, FaultKind, Flash, Interrupt, Memory, Peek,
    active::Active, hash::sum,
};

/// The architecture of an [`Arm`] core.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Profile {
    /// Cortex-M0, M0+, M1.
    Armv6M,
    /// Cortex-M3, and the M4 and M7 apart from their DSP and floating-point instructions.
    Armv7M,
}

/// A core with the main stack, in privileged mode.
#[derive(Clone, Debug)]
pub struct Arm {
    registers: [u32; 16],
    profile: Profile,
    active: Active,
    id: u32,
}

impl Arm {
    /// A core that executes the code in `flash`, with the number 0.
    #[must_use]
    pub fn new(profile: Profile, _flash: &Flash) -> Self {
        Self {
            registers: [0; 16],
            profile,
            active: Active::default(),
            id: 0,
        }
    }

    /// Sets the number that the program reads from the RP2040's `CPUID`.
    #[must_use]
    pub fn with_id(mut self, id: u32) -> Self {
        self.id = id;
        self
    }

    /// The architecture.
    #[must_use]
    pub fn profile(&self) -> Profile {
        self.profile
    }
}

impl Core for Arm {
    fn boot(&mut self, entry: u32, stack: Range<u32>) {
        (self.registers[13], self.registers[15]) = (stack.end, entry & !1);
    }

    fn step(&mut self, memory: &mut Memory) -> Result<Event, Fault> {
        memory.begin();
        Err(Fault {
            pc: self.pc(),
            kind: FaultKind::Fetch,
        })
    }

    fn step_as(&mut self, memory: &mut Memory, _choice: Choice) -> Result<Event, Fault> {
        self.step(memory)
    }

    fn peek(&self, memory: &mut Memory) -> Peek {
        let (event, access) = memory.dry_run(|memory| self.clone().step(memory));
        Peek {
            access,
            scheduling: event != Ok(Event::Step),
            choices: Choices::None,
        }
    }

    fn enter(&mut self, _memory: &mut Memory, _interrupt: Interrupt) -> Result<(), Fault> {
        Err(Fault {
            pc: self.pc(),
            kind: FaultKind::TooDeep,
        })
    }

    fn can_take(&self, interrupt: Interrupt) -> bool {
        self.active
            .priority()
            .is_none_or(|active| interrupt.priority < active)
    }

    fn wakes(&self, interrupt: Interrupt) -> bool {
        self.can_take(interrupt)
    }

    fn masked(&self) -> bool {
        false
    }

    fn observe(&mut self, _access: Access) {}

    fn signal(&mut self) {}

    fn pc(&self) -> u32 {
        self.registers[15]
    }

    fn sp(&self) -> u32 {
        self.registers[13]
    }

    fn depth(&self) -> usize {
        self.active.depth()
    }

    fn active(&self) -> Option<Interrupt> {
        self.active.last().map(|entry| entry.interrupt)
    }

    fn entry_sp(&self) -> Option<u32> {
        self.active.last().map(|entry| entry.sp)
    }

    fn answer(&self) -> u64 {
        u64::from(self.registers[1]) << 32 | u64::from(self.registers[0])
    }

    fn registers(&self) -> &[u32] {
        &self.registers
    }

    fn hash(&self) -> u64 {
        sum(0xf000_0000, self.registers).wrapping_add(self.active.hash(0xf000_0100))
    }

    fn id(&self) -> u32 {
        self.id
    }
}
