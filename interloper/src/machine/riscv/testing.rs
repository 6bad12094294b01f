//! A hart and a memory for the unit tests of this folder.

use core::ops::Range;

use super::{Reservation, Riscv, Slot, decode, encoding, planted};
use crate::machine::{
    Core, Event, Fault, Flash, Interrupt, Memory,
    differential::{ExceptionBug, Tested},
};

pub(super) const CODE: u32 = 0x100;
pub(super) const DATA: u32 = 0x8000_0000;
pub(super) const STACK: Range<u32> = DATA + 0x100..DATA + 0x200;

pub(super) struct Machine {
    pub(super) hart: Riscv,
    pub(super) memory: Memory,
}

impl Machine {
    /// A hart before the first of the words `code`.
    pub(super) fn new(reservation: Reservation, code: &[u32]) -> Self {
        let bytes: Vec<u8> = code.iter().flat_map(|word| word.to_le_bytes()).collect();
        let flash = Flash::new(CODE, bytes);
        let mut hart = Riscv::new(reservation, &flash);
        hart.boot(CODE, STACK);
        Self {
            hart,
            memory: Memory::new(flash, DATA..STACK.end),
        }
    }

    pub(super) fn step(&mut self) -> Result<Event, Fault> {
        self.hart.step(&mut self.memory)
    }

    /// Executes instructions that do nothing but continue.
    pub(super) fn steps(&mut self, count: usize) {
        (0..count).for_each(|_| assert_eq!(self.step(), Ok(Event::Step)));
    }

    /// Executes instructions that return from handlers.
    pub(super) fn returns(&mut self, count: usize) {
        (0..count).for_each(|_| assert!(matches!(self.step(), Ok(Event::ExceptionReturn { .. }))));
    }

    pub(super) fn enter(&mut self, number: u8, handler: u32) {
        let interrupt = Interrupt {
            number,
            priority: 0,
            handler,
        };
        self.hart.enter(&mut self.memory, interrupt).unwrap();
    }
}

pub(super) fn interrupt(number: u8) -> Interrupt {
    Interrupt {
        number,
        priority: 0,
        handler: CODE,
    }
}

impl Tested for Riscv {
    const SP: (usize, u32) = (super::SP, 16);
    const ZERO: Option<usize> = Some(0);
    const REGISTERS: usize = 32;

    fn set_state(&mut self, registers: &[u32], _: u32) {
        self.registers.copy_from_slice(registers);
    }

    fn skip(&mut self) {
        self.pc += u32::from(self.fetch(self.pc).unwrap().length);
    }

    fn flags(&self) -> u32 {
        0
    }

    fn length(halfword: u16) -> usize {
        if decode::is_wide(halfword) { 4 } else { 2 }
    }

    fn bugs() -> impl Iterator<Item = &'static str> {
        planted::BUGS.iter().map(|&(text, _)| text)
    }

    fn entry_bugs() -> &'static [ExceptionBug<Self>] {
        planted::ENTRY_BUGS
    }

    fn return_bugs() -> &'static [ExceptionBug<Self>] {
        planted::RETURN_BUGS
    }

    fn hide(&self, address: u32) {
        let encoding = encoding(self.program.flash(), address).unwrap();
        let slot = Slot::new(encoding);
        self.program.plant(
            address,
            Slot {
                local: true,
                ..slot
            },
        );
    }

    fn plant(&self, address: u32, bug: usize) {
        let Some(encoding) = encoding(self.program.flash(), address) else {
            return;
        };
        let mut slot = Slot::new(encoding);
        planted::BUGS[bug].1(self.name_at(address).unwrap_or_default(), &mut slot.insn);
        self.program.plant(address, slot);
    }
}

impl Riscv {
    /// The names of all rows of the decoder.
    pub(in crate::machine) fn names() -> Vec<&'static str> {
        decode::names()
    }
}
