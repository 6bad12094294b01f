//! Armv6-M, Armv7-M and Armv8-M.
//!
//! Sections named in this folder are those of the *Armv7-M Architecture Reference Manual* (DDI
//! 0403E). Armv6-M (DDI 0419) is a subset of it, and Armv8-M Mainline (DDI 0553) has more
//! instructions; their differences are named where they are.
//!
//! | file | |
//! |---|---|
//! | `decode` | encodings to instructions |
//! | `insn` | the instructions |
//! | `alu` | arithmetic and flags |
//! | `assembly` | the instructions as text |
//! | `execute` | what each instruction does |
//! | `transfer`, `multiple`, `exclusive` | loads and stores |
//! | `exception` | entry, return, priorities |
//! | `system` | special registers, masks, `WFE` |

use core::ops::Range;

use super::{
    Access, Choice, Core, Event, Fault, FaultKind, Flash, Interrupt, Memory, Peek, active::Active,
    hash::sum, program::Program,
};
use alu::Flags;
use insn::Insn;

mod alu;
mod assembly;
mod decode;
mod exception;
mod exclusive;
mod execute;
mod insn;
mod multiple;
#[cfg(test)]
mod planted;
mod system;
#[cfg(test)]
mod testing;
mod transfer;

/// The architecture of an [`Arm`] core.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Profile {
    /// Cortex-M0, M0+, M1.
    Armv6M,
    /// Cortex-M3, and the M4 and M7 apart from their DSP and floating-point instructions.
    Armv7M,
    /// Cortex-M33 and its like, without the Security Extension, DSP and floating-point instructions.
    ///
    /// A store of another core that opens the monitor is an event.
    Armv8M,
}

/// A core in privileged mode, with the main stack.
#[derive(Clone, Debug)]
pub struct Arm {
    registers: [u32; 16],
    flags: Flags,
    /// `ITSTATE`.
    it: u8,
    /// The register with which an interrupted multiple transfer continues; 0 without one.
    ici: u8,
    primask: bool,
    faultmask: bool,
    basepri: u8,
    /// The word that the local monitor marks as exclusive.
    monitor: Option<u32>,
    event: bool,
    active: Active,
    /// The start of the stack.
    limit: u32,
    id: u32,
    profile: Profile,
    program: Program<Slot>,
}

/// A decoded instruction.
#[derive(Clone, Copy, Debug)]
struct Slot {
    insn: Insn,
    length: u8,
    local: bool,
}

impl Slot {
    fn new(profile: Profile, encoding: u32) -> Self {
        let insn = decode::decode(profile, encoding);
        let length = if encoding > 0xffff { 4 } else { 2 };
        Self {
            insn,
            length,
            local: insn.is_local(),
        }
    }
}

const SP: usize = 13;
const LR: usize = 14;
const PC: usize = 15;

/// Where the function of [`boot`](Core::boot) returns to.
const RETURN: u32 = 0xffff_ff00;

impl Arm {
    /// A core that executes the code in `flash`. Its number is 0.
    #[must_use]
    pub fn new(profile: Profile, flash: &Flash) -> Self {
        Self {
            registers: [0; 16],
            flags: Flags::default(),
            it: 0,
            ici: 0,
            primask: false,
            faultmask: false,
            basepri: 0,
            monitor: None,
            event: false,
            active: Active::default(),
            limit: 0,
            id: 0,
            profile,
            program: Program::new(flash),
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

    /// The condition flags, in the bits of `APSR`.
    #[must_use]
    pub fn apsr(&self) -> u32 {
        self.flags.bits()
    }

    /// Sets a general register other than the stack pointer and the program counter, or the
    /// condition flags.
    ///
    /// # Panics
    ///
    /// If `register` is not below 13 or 14.
    pub fn set_register(&mut self, register: usize, value: u32) {
        assert!(
            register != SP && register < PC,
            "{register} is no general register"
        );
        self.registers[register] = value;
    }

    /// Sets the condition flags from the bits of `APSR`.
    pub fn set_apsr(&mut self, bits: u32) {
        self.flags = Flags::from_bits(bits);
    }

    #[inline]
    fn fetch(&self, pc: u32) -> Result<Slot, FaultKind> {
        self.program.at(pc, |flash| {
            Some(Slot::new(self.profile, encoding(flash, pc)?))
        })
    }

    fn run(&mut self, memory: &mut Memory, choice: Option<Choice>) -> Result<Event, Fault> {
        memory.begin();
        let pc = self.registers[PC];
        self.execute_at(pc, memory, choice).map_err(|kind| {
            self.registers[PC] = pc;
            Fault { pc, kind }
        })
    }
}

/// The instruction at an address; of two halfwords the first is the upper one.
fn encoding(flash: &Flash, pc: u32) -> Option<u32> {
    let first = flash.halfword(pc)?;
    if !decode::is_wide(first) {
        return Some(first.into());
    }
    Some(u32::from(first) << 16 | u32::from(flash.halfword(pc + 2)?))
}

impl Core for Arm {
    fn boot(&mut self, entry: u32, stack: Range<u32>) {
        (self.primask, self.faultmask, self.basepri) = (false, false, 0);
        (self.monitor, self.event) = (None, false);
        self.active = Active::default();
        self.call(entry, stack);
    }

    fn call(&mut self, entry: u32, stack: Range<u32>) {
        self.registers = [0; 16];
        self.registers[SP] = stack.end & !7;
        self.registers[LR] = RETURN | 1;
        self.registers[PC] = entry & !1;
        self.flags = Flags::default();
        (self.it, self.ici) = (0, 0);
        self.limit = stack.start;
    }

    #[inline]
    fn step(&mut self, memory: &mut Memory) -> Result<Event, Fault> {
        self.run(memory, None)
    }

    fn step_as(&mut self, memory: &mut Memory, choice: Choice) -> Result<Event, Fault> {
        assert!(
            self.allows(choice),
            "the instruction at {:#x} has no choice {choice:?}",
            self.pc()
        );
        self.run(memory, Some(choice))
    }

    fn peek(&self, memory: &mut Memory) -> Peek {
        let slot = self.fetch(self.registers[PC]);
        if slot.is_ok_and(|slot| slot.local) {
            return Peek::NOTHING;
        }
        let (event, access) = memory.dry_run(|memory| self.clone().step(memory));
        let scheduling = event != Ok(Event::Step) || slot.is_ok_and(|slot| slot.insn.schedules());
        Peek {
            access,
            scheduling,
            reads_masks: slot.is_ok_and(|slot| slot.insn.reads_masks()),
            choices: self.choices(),
        }
    }

    fn enter(&mut self, memory: &mut Memory, interrupt: Interrupt) -> Result<(), Fault> {
        let pc = self.registers[PC];
        memory.begin();
        self.take(memory, interrupt)
            .map_err(|kind| Fault { pc, kind })
    }

    #[inline]
    fn can_take(&self, interrupt: Interrupt) -> bool {
        !self.primask && self.wakes(interrupt)
    }

    #[inline]
    fn wakes(&self, interrupt: Interrupt) -> bool {
        !self.faultmask
            && (self.basepri == 0 || interrupt.priority < self.basepri)
            && self
                .active
                .priority()
                .is_none_or(|active| interrupt.priority < active)
    }

    fn masks_priorities(&self) -> bool {
        self.has_basepri()
    }

    #[inline]
    fn masks(&self) -> u32 {
        u32::from(self.basepri) << 16 | u32::from(self.primask) | u32::from(self.faultmask) << 1
    }

    fn observe(&mut self, access: Access) -> bool {
        let opens = self
            .monitor
            .is_some_and(|word| access.writes() && access.range().contains(&word));
        if opens {
            self.monitor = None;
        }
        // DDI 0553 B9.3.1.
        opens && self.profile >= Profile::Armv8M
    }

    fn signal(&mut self) {
        self.event = true;
    }

    #[inline]
    fn jump(&mut self, address: u32) {
        self.registers[PC] = address & !1;
        // An `IT` block or a partial transfer belongs to the instruction that is left.
        (self.it, self.ici) = (0, 0);
    }

    fn pc(&self) -> u32 {
        self.registers[PC]
    }

    #[inline]
    fn sp(&self) -> u32 {
        self.registers[SP]
    }

    #[inline]
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
        let masks = self.masks() | u32::from(self.event) << 2;
        let state = [self.psr(), masks, self.monitor.map_or(0, |word| word | 1)];
        sum(0xf000_0000, self.registers.into_iter().chain(state))
            .wrapping_add(self.active.hash(0xf000_0100))
    }

    fn id(&self) -> u32 {
        self.id
    }

    fn part_accessed(&self) -> Option<Range<u32>> {
        self.part_of_word()
    }

    fn name_at(&self, address: u32) -> Option<&'static str> {
        decode::name(self.profile, encoding(self.program.flash(), address)?)
    }
}
