//! Exception entry and return (B1.5.6 to B1.5.8).

use super::{Arm, LR, PC, SP, alu::Flags};
use crate::machine::{Core, Event, FaultKind, Interrupt, Memory, active::Entry};

/// `EXC_RETURN` for a return to thread mode with the main stack, and to handler mode.
const TO_THREAD: u32 = 0xffff_fff9;
const TO_HANDLER: u32 = 0xffff_fff1;

/// Values from here on are no addresses of code (B1.5.8).
pub(super) const EXC_RETURN: u32 = 0xf000_0000;

/// The registers of a frame, lowest address first; the program counter and `xPSR` follow.
const STACKED: [usize; 6] = [0, 1, 2, 3, 12, LR];
const FRAME: u32 = 32;

/// The bit of a stacked `xPSR` that is set if a word was skipped for the frame's alignment.
const REALIGNED: u32 = 1 << 9;
const THUMB: u32 = 1 << 24;

impl Arm {
    /// `xPSR` without the number of the exception and the Thumb bit.
    ///
    /// `ITSTATE`, or the next register of an interrupted multiple transfer, lies in the bits of
    /// `EPSR` (B1.4.2).
    pub(super) fn psr(&self) -> u32 {
        let it = u32::from(self.it);
        self.flags.bits() | (it & 3) << 25 | (it >> 2) << 10 | u32::from(self.ici) << 12
    }

    /// The number of the active exception.
    pub(super) fn ipsr(&self) -> u32 {
        self.active
            .last()
            .map_or(0, |entry| u32::from(entry.interrupt.number) + 16)
    }

    /// Exception entry. The registers that the architecture leaves unknown are zero.
    pub(super) fn take(
        &mut self,
        memory: &mut Memory,
        interrupt: Interrupt,
    ) -> Result<(), FaultKind> {
        let sp = self.registers[SP];
        let frame = sp.wrapping_sub(FRAME) & !7;
        let realigned = if sp & 4 != 0 { REALIGNED } else { 0 };
        let psr = self.psr() | self.ipsr() | THUMB | realigned;
        self.lower_sp(frame)?;
        let stacked = STACKED.map(|register| self.registers[register]);
        let words = stacked.into_iter().chain([self.registers[PC], psr]);
        for (address, word) in (frame..).step_by(4).zip(words) {
            memory.store_word(address, word)?;
        }
        let link = if self.active.depth() == 0 {
            TO_THREAD
        } else {
            TO_HANDLER
        };
        self.active.push(Entry { interrupt, sp })?;
        for register in STACKED {
            self.registers[register] = 0;
        }
        self.registers[LR] = link;
        self.registers[PC] = interrupt.handler & !1;
        self.flags = Flags::default();
        (self.it, self.ici) = (0, 0);
        self.monitor = None; // ClearExclusiveLocal
        self.event = true; // SetEventRegister
        Ok(())
    }

    /// Exception return with the value that a branch loaded into the program counter.
    pub(super) fn leave(&mut self, memory: &mut Memory, link: u32) -> Result<Event, FaultKind> {
        let expected = if self.active.depth() == 1 {
            TO_THREAD
        } else {
            TO_HANDLER
        };
        let entry = self
            .active
            .pop()
            .filter(|_| link == expected)
            .ok_or(FaultKind::ExceptionReturn)?;
        let answer = self.answer();
        let frame = self.registers[SP];
        for (address, register) in (frame..).step_by(4).zip(STACKED) {
            self.registers[register] = memory.load_word(address, self.id)?;
        }
        let pc = memory.load_word(frame.wrapping_add(24), self.id)?;
        let psr = memory.load_word(frame.wrapping_add(28), self.id)?;
        self.registers[PC] = pc & !1;
        self.flags = Flags::from_bits(psr);
        self.restore_epsr(psr);
        self.faultmask = false;
        self.monitor = None; // ClearExclusiveLocal
        self.event = true; // SetEventRegister
        let skipped = if psr & REALIGNED != 0 { 4 } else { 0 };
        self.raise_sp(memory, frame.wrapping_add(FRAME + skipped));
        Ok(Event::ExceptionReturn {
            number: entry.interrupt.number,
            answer,
        })
    }

    fn restore_epsr(&mut self, psr: u32) {
        let it = (psr >> 25 & 3 | psr >> 8 & 0xfc) as u8;
        (self.it, self.ici) = if it & 0b1111 != 0 {
            (it, 0)
        } else {
            (0, (psr >> 12 & 0b1111) as u8)
        };
    }

    /// The stack pointer falls: the new words are within the stack.
    #[inline]
    pub(super) fn lower_sp(&mut self, sp: u32) -> Result<(), FaultKind> {
        if sp < self.limit {
            return Err(FaultKind::StackOverflow { sp });
        }
        self.registers[SP] = sp;
        Ok(())
    }

    /// The stack pointer rises: what it passes is dead.
    #[inline]
    pub(super) fn raise_sp(&mut self, memory: &mut Memory, sp: u32) {
        memory.clear_dead(self.registers[SP]..sp);
        self.registers[SP] = sp;
    }

    /// Sets the stack pointer, whose lowest two bits are always zero.
    #[inline]
    pub(super) fn set_sp(&mut self, memory: &mut Memory, sp: u32) -> Result<(), FaultKind> {
        let sp = sp & !3;
        if sp < self.registers[SP] {
            return self.lower_sp(sp);
        }
        self.raise_sp(memory, sp);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{CODE, Machine, STACK, interrupt};
    use super::*;
    use crate::machine::Profile::{self, Armv6M, Armv7M};

    const BX_LR: u16 = 0x4770;

    #[test]
    fn a_function_returns_its_answer() {
        let mut machine = Machine::new(Armv6M, &[0x2007, 0x2109, BX_LR]); // movs r0, #7; movs r1, #9
        machine.steps(2);
        assert_eq!(
            machine.step(),
            Ok(Event::Return {
                answer: 9 << 32 | 7
            })
        );
    }

    /// The frame holds the context; the return restores it, and clears it where it lay.
    #[test]
    fn entry_and_return_are_inverse() {
        for sp in [STACK.end, STACK.end - 4] {
            let mut machine = Machine::new(Armv7M, &[0xbf00, BX_LR]);
            machine.arm.registers[..13]
                .copy_from_slice(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
            machine.arm.registers[SP] = sp;
            machine.arm.set_apsr(0b1011 << 28);
            machine.arm.it = 0x1c;
            let (before, memory) = (machine.arm.clone(), machine.memory.hash());
            machine.enter(3, 0x40, CODE + 2);
            assert_eq!(machine.arm.sp() % 8, 0);
            assert_eq!((machine.arm.depth(), machine.arm.entry_sp()), (1, Some(sp)));
            assert_eq!(machine.arm.registers[..4], [0; 4]);
            assert_eq!(machine.arm.registers[LR], TO_THREAD);
            assert_eq!(machine.memory.word(machine.arm.sp() + 24), Some(CODE));
            assert_eq!(
                machine.step(),
                Ok(Event::ExceptionReturn {
                    number: 3,
                    answer: 0
                })
            );
            machine.arm.event = before.event;
            assert_eq!(machine.arm.hash(), before.hash());
            assert_eq!(machine.memory.hash(), memory);
        }
    }

    #[test]
    fn handlers_nest_by_priority() {
        let mut machine = Machine::new(Armv6M, &[BX_LR, BX_LR]);
        assert!(machine.arm.can_take(interrupt(0, 0xc0)));
        machine.enter(0, 0xc0, CODE);
        assert!(
            !machine.arm.can_take(interrupt(1, 0xc0)) && machine.arm.can_take(interrupt(1, 0x80))
        );
        machine.enter(1, 0x80, CODE + 2);
        assert_eq!(machine.arm.registers[LR], TO_HANDLER);
        assert!(!machine.arm.can_take(interrupt(2, 0xc0)));
        assert_eq!(
            machine.step(),
            Ok(Event::ExceptionReturn {
                number: 1,
                answer: 0
            })
        );
        assert_eq!(
            machine.step(),
            Ok(Event::ExceptionReturn {
                number: 0,
                answer: 0
            })
        );
    }

    #[test]
    fn masks_hold_interrupts_off() {
        let cpsid_i = &[0xb672];
        let mut machine = Machine::new(Armv6M, cpsid_i);
        machine.steps(1);
        assert!(machine.arm.masked() && !machine.arm.can_take(interrupt(0, 0)));
        assert!(
            machine.arm.wakes(interrupt(0, 0)),
            "PRIMASK lets the core wake"
        );

        let mut machine = Machine::new(Armv7M, &[0xb671]); // cpsid f
        machine.steps(1);
        assert!(machine.arm.masked() && !machine.arm.wakes(interrupt(0, 0)));
        machine.enter(0, 0, CODE + 2);

        let msr_basepri_r0 = &[0xf380, 0x8811];
        let mut machine = Machine::new(Armv7M, msr_basepri_r0);
        machine.arm.registers[0] = 0x80;
        machine.steps(1);
        assert!(
            machine.arm.can_take(interrupt(0, 0x60)) && !machine.arm.can_take(interrupt(0, 0x80))
        );
    }

    #[test]
    fn a_return_clears_faultmask_and_keeps_primask() {
        let mut machine = Machine::new(Armv7M, &[0xb673, BX_LR]); // cpsid if
        machine.enter(0, 0, CODE);
        machine.steps(1);
        assert!(machine.step().is_ok());
        assert!(machine.arm.primask && !machine.arm.faultmask);
    }

    #[test]
    fn a_return_needs_the_right_link() {
        for (link, handlers) in [(TO_HANDLER, 1), (TO_THREAD, 2), (0xffff_fffd, 1)] {
            let mut machine = Machine::new(Armv6M, &[BX_LR]);
            (0..handlers).for_each(|number| machine.enter(number, 0, CODE));
            machine.arm.registers[LR] = link;
            assert_eq!(machine.step().unwrap_err().kind, FaultKind::ExceptionReturn);
        }
    }

    #[test]
    fn the_frame_must_fit_the_stack() {
        let mut machine = Machine::new(Armv6M, &[0xbf00]);
        machine.arm.registers[SP] = STACK.start + 28;
        let fault = machine
            .arm
            .enter(&mut machine.memory, interrupt(0, 0))
            .unwrap_err();
        assert!(matches!(fault.kind, FaultKind::StackOverflow { .. }));
    }

    #[test]
    fn entry_opens_the_monitor_and_sets_the_event_register() {
        for leaves in [false, true] {
            let mut machine = Machine::new(Armv7M, &[BX_LR]);
            machine.enter(0, 0, CODE);
            if leaves {
                (machine.arm.monitor, machine.arm.event) = (Some(STACK.start), false);
                machine.returns(1);
            }
            assert_eq!((machine.arm.monitor, machine.arm.event), (None, true));
        }
    }

    #[test]
    fn profiles_differ_in_masks() {
        let faults = |profile: Profile| Machine::new(profile, &[0xb673]).step().is_err(); // cpsid if
        assert!(faults(Armv6M) && !faults(Armv7M));
    }
}
