//! A core and a memory for the unit tests of this folder.

use core::ops::Range;

use super::{Arm, PC, Profile, Slot, decode, encoding, planted};
use crate::machine::{
    Core, Event, Fault, Flash, Interrupt, Memory,
    differential::{ExceptionBug, Tested},
};

pub(super) const CODE: u32 = 0x100;
pub(super) const DATA: u32 = 0x2000_0000;
pub(super) const STACK: Range<u32> = DATA + 0x100..DATA + 0x200;

pub(super) struct Machine {
    pub(super) arm: Arm,
    pub(super) memory: Memory,
}

impl Machine {
    /// A core before the first of the halfwords `code`.
    pub(super) fn new(profile: Profile, code: &[u16]) -> Self {
        let bytes: Vec<u8> = code
            .iter()
            .flat_map(|halfword| halfword.to_le_bytes())
            .collect();
        let flash = Flash::new(CODE, bytes);
        let mut arm = Arm::new(profile, &flash);
        arm.boot(CODE, STACK);
        Self {
            arm,
            memory: Memory::new(flash, DATA..STACK.end),
        }
    }

    pub(super) fn step(&mut self) -> Result<Event, Fault> {
        self.arm.step(&mut self.memory)
    }

    /// Executes instructions that do nothing but continue.
    pub(super) fn steps(&mut self, count: usize) {
        (0..count).for_each(|_| assert_eq!(self.step(), Ok(Event::Step)));
    }

    /// Executes instructions that return from handlers.
    pub(super) fn returns(&mut self, count: usize) {
        (0..count).for_each(|_| assert!(matches!(self.step(), Ok(Event::ExceptionReturn { .. }))));
    }

    pub(super) fn enter(&mut self, number: u8, priority: u8, handler: u32) {
        self.arm
            .enter(
                &mut self.memory,
                Interrupt {
                    number,
                    priority,
                    handler,
                },
            )
            .unwrap();
    }
}

pub(super) fn interrupt(number: u8, priority: u8) -> Interrupt {
    Interrupt {
        number,
        priority,
        handler: CODE,
    }
}

impl Tested for Arm {
    const SP: (usize, u32) = (super::SP, 4);
    const ZERO: Option<usize> = None;
    const REGISTERS: usize = 15;

    fn set_state(&mut self, registers: &[u32], flags: u32) {
        self.registers[..15].copy_from_slice(registers);
        self.set_apsr(flags << 27);
    }

    /// A fault leaves `ITSTATE` behind the instruction.
    fn skip(&mut self) {
        let pc = self.registers[PC];
        self.registers[PC] += u32::from(self.fetch(pc).unwrap().length);
    }

    fn flags(&self) -> u32 {
        self.apsr() >> 27
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
        let slot = Slot::new(self.profile, encoding);
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
        let mut slot = Slot::new(self.profile, encoding);
        planted::BUGS[bug].1(&mut slot.insn);
        self.program.plant(address, slot);
    }
}

impl Arm {
    /// The names of all rows of the decoder.
    pub(in crate::machine) fn names(profile: Profile) -> Vec<&'static str> {
        decode::names(profile)
    }
}
