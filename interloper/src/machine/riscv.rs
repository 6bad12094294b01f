//! RV32IMAC with Zicsr, in machine mode.
//!
//! | file | |
//! |---|---|
//! | `decode` | encodings to instructions |
//! | `insn` | the instructions |
//! | `execute` | what each instruction does |
//! | `csr` | control and status registers |
//! | `trap` | interrupts: entry, return, enabling |

use core::ops::Range;

use super::{
    Access, Choice, Choices, Core, Event, Fault, FaultKind, Flash, Interrupt, Memory, Peek,
    active::Active, hash::sum, program::Program,
};
use csr::Csrs;
use insn::Insn;

mod csr;
mod decode;
mod execute;
mod insn;
#[cfg(test)]
mod planted;
#[cfg(test)]
mod testing;
mod trap;

/// What a trap does to the reservation of `LR.W`.
///
/// The specification leaves it open, and `riscv-rt` executes no `SC.W` before it returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reservation {
    /// It outlives traps: a compare-exchange loop can overwrite a handler's plain store.
    Kept,
    /// A trap ends it, and so does the return.
    Cleared,
}

/// A hart in machine mode.
#[derive(Clone, Debug)]
pub struct Riscv {
    registers: [u32; 32],
    pc: u32,
    csrs: Csrs,
    /// The word that `LR.W` reserved.
    reserved: Option<u32>,
    reservation: Reservation,
    active: Active,
    /// The start of the stack.
    limit: u32,
    id: u32,
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
    fn new(encoding: u32) -> Self {
        let insn = decode::decode(encoding);
        let length = if decode::is_wide(encoding as u16) {
            4
        } else {
            2
        };
        Self {
            insn,
            length,
            local: insn.is_local(),
        }
    }
}

const RA: usize = 1;
const SP: usize = 2;
const A0: usize = 10;

/// Where the function of [`boot`](Core::boot) returns to.
const RETURN: u32 = 0xffff_ff00;

impl Riscv {
    /// A hart that executes the code in `flash`. Its number is 0.
    #[must_use]
    pub fn new(reservation: Reservation, flash: &Flash) -> Self {
        Self {
            registers: [0; 32],
            pc: 0,
            csrs: Csrs::default(),
            reserved: None,
            reservation,
            active: Active::default(),
            limit: 0,
            id: 0,
            program: Program::new(flash),
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

    /// Sets a general register other than the stack pointer.
    ///
    /// # Panics
    ///
    /// If `register` is 0, 2, or above 31.
    pub fn set_register(&mut self, register: usize, value: u32) {
        assert!(
            register != 0 && register != SP,
            "x{register} is no general register"
        );
        self.registers[register] = value;
    }

    #[inline]
    fn fetch(&self, pc: u32) -> Result<Slot, FaultKind> {
        self.program
            .at(pc, |flash| Some(Slot::new(encoding(flash, pc)?)))
    }

    fn run(&mut self, memory: &mut Memory, choice: Option<Choice>) -> Result<Event, Fault> {
        memory.begin();
        let pc = self.pc;
        self.execute_at(pc, memory, choice).map_err(|kind| {
            self.pc = pc;
            Fault { pc, kind }
        })
    }

    fn choices(&self) -> Choices {
        match self.fetch(self.pc).map(|slot| slot.insn) {
            Ok(Insn::StoreConditional { rs1, .. }) if self.reserved == Some(self.reg(rs1)) => {
                Choices::Exclusive
            }
            Ok(Insn::WaitForInterrupt) => Choices::Sleep,
            _ => Choices::None,
        }
    }
}

/// The instruction at an address; of two halfwords the first is the lower one.
fn encoding(flash: &Flash, pc: u32) -> Option<u32> {
    let first = flash.halfword(pc)?;
    if !decode::is_wide(first) {
        return Some(first.into());
    }
    Some(u32::from(flash.halfword(pc + 2)?) << 16 | u32::from(first))
}

impl Core for Riscv {
    fn boot(&mut self, entry: u32, stack: Range<u32>) {
        self.csrs = Csrs::default();
        self.reserved = None;
        self.active = Active::default();
        self.call(entry, stack);
    }

    fn call(&mut self, entry: u32, stack: Range<u32>) {
        self.registers = [0; 32];
        self.registers[SP] = stack.end & !15;
        self.registers[RA] = RETURN;
        self.pc = entry & !1;
        self.limit = stack.start;
    }

    #[inline]
    fn step(&mut self, memory: &mut Memory) -> Result<Event, Fault> {
        self.run(memory, None)
    }

    fn step_as(&mut self, memory: &mut Memory, choice: Choice) -> Result<Event, Fault> {
        assert!(
            self.choices().spurious() == Some(choice),
            "the instruction at {:#x} has no choice {choice:?}",
            self.pc
        );
        self.run(memory, Some(choice))
    }

    fn peek(&self, memory: &mut Memory) -> Peek {
        let slot = self.fetch(self.pc);
        if slot.is_ok_and(|slot| slot.local) {
            return Peek::NOTHING;
        }
        let (event, access) = memory.dry_run(|memory| self.clone().step(memory));
        let scheduling = event != Ok(Event::Step) || slot.is_ok_and(|slot| slot.insn.schedules());
        Peek {
            access,
            scheduling,
            // A read of a CSR is `scheduling`.
            reads_masks: false,
            choices: self.choices(),
        }
    }

    fn enter(&mut self, memory: &mut Memory, interrupt: Interrupt) -> Result<(), Fault> {
        let pc = self.pc;
        memory.begin();
        self.take(memory, interrupt)
            .map_err(|kind| Fault { pc, kind })
    }

    #[inline]
    fn can_take(&self, interrupt: Interrupt) -> bool {
        self.csrs.enabled && self.wakes(interrupt)
    }

    #[inline]
    fn wakes(&self, interrupt: Interrupt) -> bool {
        self.csrs.mie >> trap::bit(interrupt.number) & 1 != 0
    }

    fn masks_priorities(&self) -> bool {
        false
    }

    #[inline]
    fn masks(&self) -> u32 {
        u32::from(!self.csrs.enabled)
    }

    fn observe(&mut self, access: Access) -> bool {
        if self
            .reserved
            .is_some_and(|word| access.writes() && access.range().contains(&word))
        {
            self.reserved = None;
        }
        false
    }

    fn signal(&mut self) {}

    #[inline]
    fn jump(&mut self, address: u32) {
        self.pc = address & !1;
    }

    fn pc(&self) -> u32 {
        self.pc
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
        u64::from(self.registers[A0 + 1]) << 32 | u64::from(self.registers[A0])
    }

    fn registers(&self) -> &[u32] {
        &self.registers
    }

    fn hash(&self) -> u64 {
        let state = [self.pc, self.reserved.map_or(0, |word| word | 1)]
            .into_iter()
            .chain(self.csrs.words());
        sum(0xf000_0000, self.registers.into_iter().chain(state))
            .wrapping_add(self.active.hash(0xf000_0100))
    }

    fn id(&self) -> u32 {
        self.id
    }

    fn part_accessed(&self) -> Option<Range<u32>> {
        let (width, rs1, offset) = match self.fetch(self.pc).ok()?.insn {
            Insn::Load {
                width, rs1, offset, ..
            }
            | Insn::Store {
                width, rs1, offset, ..
            } => (width, rs1, offset),
            _ => return None,
        };
        let start = self.reg(rs1).wrapping_add_signed(offset);
        (width.bytes < 4).then(|| start..start.wrapping_add(width.bytes.into()))
    }

    fn name_at(&self, address: u32) -> Option<&'static str> {
        decode::name(encoding(self.program.flash(), address)?)
    }
}
