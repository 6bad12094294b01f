//! Special registers, masks and the event register (B1.4, B5.2).

use super::{Arm, Profile, SP, alu::Flags, execute::Flow};
use crate::machine::{Event, FaultKind, Memory};

/// The numbers of the special registers (B5.1.1).
mod sysm {
    pub(super) const APSR: u8 = 0;
    pub(super) const XPSR: u8 = 3;
    pub(super) const IPSR: u8 = 5;
    pub(super) const IEPSR: u8 = 7;
    pub(super) const MSP: u8 = 8;
    pub(super) const PRIMASK: u8 = 16;
    pub(super) const BASEPRI: u8 = 17;
    pub(super) const BASEPRI_MAX: u8 = 18;
    pub(super) const FAULTMASK: u8 = 19;
    pub(super) const CONTROL: u8 = 20;
}

/// Whether a special register is a mask.
pub(super) fn is_mask(register: u8) -> bool {
    (sysm::PRIMASK..=sysm::FAULTMASK).contains(&register)
}

impl Arm {
    /// `MRS`. The bits of `EPSR` read as zero.
    pub(super) fn read_special(&self, register: u8) -> Result<u32, FaultKind> {
        use sysm::*;
        Ok(match register {
            APSR..=XPSR => self.flags.bits() | if register & 1 != 0 { self.ipsr() } else { 0 },
            4 | 6 => 0,
            IPSR | IEPSR => self.ipsr(),
            MSP => self.registers[SP],
            PRIMASK => self.primask.into(),
            BASEPRI | BASEPRI_MAX if self.has_basepri() => self.basepri.into(),
            FAULTMASK if self.has_basepri() => self.faultmask.into(),
            CONTROL => 0,
            _ => {
                return Err(FaultKind::Register {
                    number: register.into(),
                });
            }
        })
    }

    /// `MSR`.
    pub(super) fn write_special(
        &mut self,
        memory: &mut Memory,
        register: u8,
        value: u32,
    ) -> Result<(), FaultKind> {
        use sysm::*;
        match register {
            APSR..=XPSR => self.flags = Flags::from_bits(value),
            4..=IEPSR => {}
            MSP => self.set_sp(memory, value)?,
            PRIMASK => self.primask = value & 1 != 0,
            BASEPRI if self.has_basepri() => self.basepri = value as u8,
            BASEPRI_MAX if self.has_basepri() => {
                let value = value as u8;
                if value != 0 && (self.basepri == 0 || value < self.basepri) {
                    self.basepri = value;
                }
            }
            FAULTMASK if self.has_basepri() => self.faultmask = value & 1 != 0,
            CONTROL if value == 0 => {}
            _ => {
                return Err(FaultKind::Register {
                    number: register.into(),
                });
            }
        }
        Ok(())
    }

    pub(super) fn change_masks(
        &mut self,
        primask: bool,
        faultmask: bool,
        set: bool,
    ) -> Result<(), FaultKind> {
        if faultmask && !self.has_basepri() {
            return Err(FaultKind::Register {
                number: sysm::FAULTMASK.into(),
            });
        }
        if primask {
            self.primask = set;
        }
        if faultmask {
            self.faultmask = set;
        }
        Ok(())
    }

    /// `WFE`: the event register is tested and cleared in one step.
    pub(super) fn wait_for_event(&mut self) -> Flow {
        if core::mem::take(&mut self.event) {
            Flow::Next
        } else {
            Flow::After(Event::WaitForEvent)
        }
    }

    pub(super) fn has_basepri(&self) -> bool {
        self.profile >= Profile::Armv7M
    }
}

#[cfg(test)]
mod tests {
    use super::super::PC;
    use super::super::testing::{CODE, Machine, interrupt};
    use crate::machine::{Arm, Choice, Choices, Core, Event, FaultKind, Profile::*};

    const WFE: u16 = 0xbf20;
    const SEV: u16 = 0xbf40;

    const WFI: u16 = 0xbf30;

    /// A bug of the event register: it changes the core after an instruction or an entry. The
    /// arguments are the encoding, the core before and the core to change.
    type EventBug = fn(u16, &Arm, &mut Arm);

    /// Each bug that a run below must show.
    const EVENT_BUGS: &[(&str, EventBug)] = &[
        ("WFE leaves the event", |code, before, after| {
            after.event |= code == WFE && before.event;
        }),
        ("SEV does not reach its own core", |code, before, after| {
            if code == SEV {
                after.event = before.event;
            }
        }),
        ("entry does not set the event", |code, before, after| {
            if code == ENTRY {
                after.event = before.event;
            }
        }),
        ("return does not set the event", |code, before, after| {
            if code == BX_LR {
                after.event = before.event;
            }
        }),
    ];

    const BX_LR: u16 = 0x4770;
    /// Stands for an exception entry in a program.
    const ENTRY: u16 = 0;

    /// Whether each `WFE` of a program sleeps.
    fn sleeps(program: &[u16], bug: EventBug) -> Vec<bool> {
        let mut machine = Machine::new(Armv6M, program);
        let mut sleeps = Vec::new();
        for (at, &code) in program.iter().enumerate() {
            let before = machine.arm.clone();
            if code == ENTRY {
                // The handler is what follows; it returns to the instruction after it.
                machine.arm.registers[PC] = CODE + 2 * at as u32 + 2;
                let handler = machine.arm.pc();
                machine.enter(0, 0, handler);
            } else {
                let event = machine.step().unwrap();
                if code == WFE {
                    sleeps.push(event == Event::WaitForEvent);
                }
                machine.arm.registers[PC] = CODE + 2 * at as u32 + 2;
            }
            bug(code, &before, &mut machine.arm);
        }
        sleeps
    }

    /// Programs, and which of their `WFE` sleep.
    const RUNS: &[(&[u16], &[bool])] = &[
        (&[WFE, SEV, WFE, WFE], &[true, false, true]),
        (&[ENTRY, WFE, WFE], &[false, true]),
        (&[ENTRY, WFE, BX_LR, WFE, WFE], &[false, false, true]),
    ];

    #[test]
    fn wfe_takes_the_event_of_sev_of_an_entry_and_of_a_return() {
        for (program, expected) in RUNS {
            assert_eq!(sleeps(program, |_, _, _| {}), *expected, "{program:x?}");
        }
        for (name, bug) in EVENT_BUGS {
            let is_caught = RUNS
                .iter()
                .any(|(program, expected)| sleeps(program, *bug) != *expected);
            assert!(is_caught, "no run shows: {name}");
        }
    }

    #[test]
    fn an_event_of_another_core_ends_one_wait() {
        let mut machine = Machine::new(Armv6M, &[WFE, WFE]);
        machine.arm.signal();
        machine.steps(1);
        assert_eq!(machine.step(), Ok(Event::WaitForEvent));
    }

    #[test]
    fn a_sleep_may_end_early_and_leaves_the_event_register_clear() {
        for code in [WFE, WFI] {
            let mut machine = Machine::new(Armv6M, &[code, WFE]);
            assert_eq!(
                machine.arm.peek(&mut machine.memory).choices,
                Choices::Sleep
            );
            let early = machine.arm.step_as(&mut machine.memory, Choice::WakesEarly);
            assert_eq!(early, Ok(Event::Step));
            assert_eq!(machine.step(), Ok(Event::WaitForEvent));
        }
        let mut machine = Machine::new(Armv6M, &[WFE]);
        machine.arm.signal();
        assert_eq!(machine.arm.peek(&mut machine.memory).choices, Choices::None);
    }

    #[test]
    fn waiting_and_masking_concern_other_parties() {
        for code in [WFE, SEV, WFI, 0xb672] {
            let mut machine = Machine::new(Armv6M, &[code]);
            machine.arm.signal();
            let before = machine.arm.hash();
            assert!(machine.arm.peek(&mut machine.memory).scheduling, "{code:x}");
            assert_eq!(machine.arm.hash(), before);
        }
    }

    #[test]
    fn basepri_max_only_raises_the_mask() {
        let msr_basepri_max_r0 = [0xf380, 0x8812];
        let mut machine = Machine::new(Armv7M, &msr_basepri_max_r0.repeat(4));
        for (value, basepri) in [(0x80, 0x80), (0xc0, 0x80), (0x40, 0x40), (0, 0x40)] {
            machine.arm.registers[0] = value;
            machine.steps(1);
            assert_eq!(machine.arm.basepri, basepri);
        }
        assert!(
            machine.arm.can_take(interrupt(0, 0x20)) && !machine.arm.can_take(interrupt(0, 0x40))
        );
    }

    #[test]
    fn the_process_stack_is_refused() {
        for (profile, code) in [
            (Armv6M, [0xf380, 0x8809]),
            (Armv6M, [0xf3ef, 0x8011]),
            (Armv7M, [0xf380, 0x8814]),
        ] {
            let mut machine = Machine::new(profile, &code);
            machine.arm.registers[0] = 2;
            assert!(matches!(
                machine.step().unwrap_err().kind,
                FaultKind::Register { .. }
            ));
        }
    }

    #[test]
    fn ipsr_is_the_number_of_the_exception() {
        let mut machine = Machine::new(Armv6M, &[0xf3ef, 0x8005]); // mrs r0, ipsr
        machine.enter(3, 0, CODE);
        machine.steps(1);
        assert_eq!(machine.arm.registers[0], 19);
    }
}
