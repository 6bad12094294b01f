//! RV32IMAC with Zicsr, in machine mode.

use core::ops::Range;

use super::{
    Access, Choice, Choices, Core, Event, Fault, FaultKind, Flash, Interrupt, Memory, Peek,
    active::Active, hash::sum,
};

/// What a trap does to the reservation of `LR.W`.
///
/// The specification leaves it open, and `riscv-rt` executes no `SC.W` on return.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reservation {
    /// It outlives traps: a compare-exchange loop can overwrite a handler's plain store.
    Kept,
    /// A trap and its return end it.
    Cleared,
}

/// A hart in machine mode.
#[derive(Clone, Debug)]
pub struct Riscv {
    registers: [u32; 32],
    pc: u32,
    reservation: Reservation,
    active: Active,
    id: u32,
}

impl Riscv {
    /// A hart that executes the code in `flash`, with the number 0.
    #[must_use]
    pub fn new(reservation: Reservation, _flash: &Flash) -> Self {
        Self {
            registers: [0; 32],
            pc: 0,
            reservation,
            active: Active::default(),
            id: 0,
        }
    }

    /// Sets the number that the program reads from `mhartid`.
    #[must_use]
    pub fn with_id(mut self, id: u32) -> Self {
        self.id = id;
        self
    }

    /// What a trap does to the reservation.
    #[must_use]
    pub fn reservation(&self) -> Reservation {
        self.reservation
    }
}

impl Core for Riscv {
    fn boot(&mut self, entry: u32, stack: Range<u32>) {
        (self.registers[2], self.pc) = (stack.end, entry & !1);
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
        self.pc
    }

    fn sp(&self) -> u32 {
        self.registers[2]
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
        u64::from(self.registers[11]) << 32 | u64::from(self.registers[10])
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

    fn name_at(&self, _address: u32) -> Option<&'static str> {
        None
    }
}
