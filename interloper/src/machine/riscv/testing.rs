//! A hart and a memory for the unit tests of this folder.

use core::ops::Range;

use super::{Reservation, Riscv};
use crate::machine::{Core, Event, Fault, Flash, Interrupt, Memory};

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
