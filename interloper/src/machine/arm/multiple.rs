//! Loads and stores of several registers, and where an interrupt stops them (A7.7.41, A7.7.159,
//! B1.5.10).

use super::{
    Arm, PC, Profile, SP,
    execute::Flow,
    insn::{Insn, Multiple, Reg},
    transfer::aligned,
};
use crate::machine::{Choice, Choices, FaultKind, Memory};

impl Arm {
    /// `LDM`, `STM`, `PUSH`, `POP`.
    pub(super) fn multiple(
        &mut self,
        memory: &mut Memory,
        multiple: Multiple,
        choice: Option<Choice>,
    ) -> Result<Flow, FaultKind> {
        let Multiple {
            load,
            rn,
            list,
            writeback,
            before,
        } = multiple;
        let base = aligned(self.reg(rn), 4)?;
        let bytes = 4 * list.count_ones();
        let (lowest, end) = match before {
            true => (base.wrapping_sub(bytes), base.wrapping_sub(bytes)),
            false => (base, base.wrapping_add(bytes)),
        };
        if !load && writeback {
            self.lower_for_store(rn, Some(end))?;
        }
        let done = self.transferred(list);
        self.ici = 0;
        let mut target = None;
        for (transferred, register) in registers(list).enumerate().skip(done) {
            if let Some(Choice::Interrupted { after, resumes }) = choice
                && transferred - done == usize::from(after)
            {
                self.ici = if resumes { register } else { 0 };
                return Ok(Flow::Again);
            }
            let address = lowest.wrapping_add(4 * transferred as u32);
            if !load {
                memory.store_word(address, self.reg(register))?;
                continue;
            }
            let value = memory.load_word(address, self.id)?;
            match usize::from(register) {
                PC => target = Some(value),
                // A load that restarts has changed nothing.
                _ if matches!(choice, Some(Choice::Interrupted { resumes: false, .. })) => {}
                _ => self.set(register, value),
            }
        }
        if writeback {
            self.write_back(memory, rn, Some(end))?;
        }
        target.map_or(Ok(Flow::Next), |target| {
            self.branch_exchange(memory, target)
        })
    }

    /// How many registers of `list` an interrupted transfer has done.
    fn transferred(&self, list: u16) -> usize {
        (list & !(u16::MAX << self.ici)).count_ones() as usize
    }

    /// The choices of the next instruction.
    pub(super) fn choices(&self) -> Choices {
        let skipped = self.it != 0 && !self.flags.hold(self.it >> 4);
        let Some(slot) = self.fetch(self.registers[PC]).ok().filter(|_| !skipped) else {
            return Choices::None;
        };
        match slot.insn {
            Insn::StoreExclusive { rn, offset, .. } => {
                let address = self.reg(rn).wrapping_add(offset.into());
                if self.monitor == Some(address & !3) {
                    Choices::Exclusive
                } else {
                    Choices::None
                }
            }
            Insn::WaitForInterrupt => Choices::Sleep,
            Insn::WaitForEvent if !self.event => Choices::Sleep,
            Insn::LoadPair { .. } => Choices::Multiple {
                words: 2,
                stores: false,
                resumes: false,
            },
            Insn::StorePair { .. } => Choices::Multiple {
                words: 2,
                stores: true,
                resumes: false,
            },
            Insn::Multiple(multiple) => self.stops(multiple),
            _ => Choices::None,
        }
    }

    /// Where a multiple transfer can be interrupted. It restarts on Armv6-M, in an IT block, when
    /// it loads its base, and when its words are below the stack pointer, where the frame of the
    /// exception goes.
    fn stops(
        &self,
        Multiple {
            load,
            rn,
            list,
            before,
            ..
        }: Multiple,
    ) -> Choices {
        let words = list.count_ones() as usize - self.transferred(list);
        let loads_base = load && list >> rn & 1 != 0;
        let below_stack = before && usize::from(rn) == SP;
        let resumes =
            self.profile >= Profile::Armv7M && self.it == 0 && !loads_base && !below_stack;
        match words as u8 {
            0 | 1 => Choices::None,
            words => Choices::Multiple {
                words,
                stores: !load,
                resumes,
            },
        }
    }

    pub(super) fn allows(&self, choice: Choice) -> bool {
        match (self.choices(), choice) {
            (
                Choices::Multiple { words, resumes, .. },
                Choice::Interrupted {
                    after,
                    resumes: wanted,
                },
            ) => (1..words).contains(&after) && (resumes || !wanted),
            (choices, choice) => choices.spurious() == Some(choice),
        }
    }
}

fn registers(list: u16) -> impl Iterator<Item = Reg> {
    (0..16).filter(move |register| list >> register & 1 != 0)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{CODE, DATA, Machine};
    use super::*;
    use crate::machine::{Core, Event, Profile::*};

    const BX_LR: u16 = 0x4770;
    const STM_R0: u16 = 0xc00e; // stm r0!, {r1, r2, r3}
    const LDM_R0: u16 = 0xc80e; // ldm r0!, {r1, r2, r3}

    /// A core with `r0` at the data, and other values in `r1` to `r3`.
    fn machine(profile: Profile, code: &[u16]) -> Machine {
        let mut machine = Machine::new(profile, &[code, &[BX_LR]].concat());
        machine.arm.registers[..4].copy_from_slice(&[DATA, 1, 2, 3]);
        machine
    }

    fn words(machine: &Machine) -> [u32; 3] {
        [0, 4, 8].map(|offset| machine.memory.word(DATA + offset).unwrap())
    }

    /// Lets the instruction stop after one word, enters a handler that returns at once, and goes
    /// on.
    fn interrupt(machine: &mut Machine, resumes: bool) {
        let choice = Choice::Interrupted { after: 1, resumes };
        assert_eq!(
            machine.arm.step_as(&mut machine.memory, choice),
            Ok(Event::Step)
        );
        assert_eq!(machine.arm.pc(), CODE, "it has not retired");
        machine.enter(0, 0, CODE + 2);
        machine.returns(1);
        assert_eq!(machine.arm.pc(), CODE);
    }

    #[test]
    fn an_interrupted_store_resumes_or_restarts() {
        for resumes in [true, false] {
            let mut machine = machine(Armv7M, &[STM_R0]);
            interrupt(&mut machine, resumes);
            assert_eq!(words(&machine), [1, 0, 0]);
            assert_eq!(machine.arm.registers[0], DATA);
            machine.memory.load_bytes(DATA, &[9, 0, 0, 0]);
            machine.steps(1);
            assert_eq!(words(&machine), [if resumes { 9 } else { 1 }, 2, 3]);
            assert_eq!(machine.arm.registers[0], DATA + 12);
        }
    }

    #[test]
    fn an_interrupted_load_resumes_or_restarts() {
        for resumes in [true, false] {
            let mut machine = machine(Armv7M, &[LDM_R0]);
            machine
                .memory
                .load_bytes(DATA, &[7, 0, 0, 0, 8, 0, 0, 0, 9, 0, 0, 0]);
            interrupt(&mut machine, resumes);
            machine.memory.load_bytes(DATA, &[17, 0, 0, 0, 18]);
            machine.steps(1);
            let first = if resumes { 7 } else { 17 };
            assert_eq!(machine.arm.registers[..4], [DATA + 12, first, 18, 9]);
        }
    }

    #[test]
    fn where_a_transfer_stops_depends_on_profile_and_registers() {
        let choices = |profile, code: &[u16]| {
            let mut machine = machine(profile, code);
            machine.arm.peek(&mut machine.memory).choices
        };
        let store = |resumes| Choices::Multiple {
            words: 3,
            stores: true,
            resumes,
        };
        let load = |resumes| Choices::Multiple {
            words: 3,
            stores: false,
            resumes,
        };
        assert_eq!(choices(Armv7M, &[STM_R0]), store(true));
        assert_eq!(choices(Armv6M, &[STM_R0]), store(false));
        assert_eq!(
            choices(Armv7M, &[0xc807]),
            load(false),
            "ldm r0, {{r0, r1, r2}} loads its base"
        );
        assert_eq!(
            choices(Armv7M, &[0xb407]),
            store(false),
            "push: the frame would overwrite it"
        );
        assert_eq!(choices(Armv7M, &[0xc802]), Choices::None, "ldm r0!, {{r1}}");
        let pair = Choices::Multiple {
            words: 2,
            stores: true,
            resumes: false,
        };
        assert_eq!(
            choices(Armv7M, &[0xe9c0, 0x1200]),
            pair,
            "strd r1, r2, [r0]"
        );
    }

    #[test]
    fn a_resumed_transfer_has_the_rest_of_its_words() {
        let mut machine = machine(Armv7M, &[STM_R0]);
        interrupt(&mut machine, true);
        let choices = machine.arm.peek(&mut machine.memory).choices;
        assert_eq!(
            choices,
            Choices::Multiple {
                words: 2,
                stores: true,
                resumes: true
            }
        );
        interrupt(&mut machine, true);
        machine.steps(1);
        assert_eq!(words(&machine), [1, 2, 3]);
    }

    #[test]
    #[should_panic(expected = "has no choice")]
    fn a_choice_that_the_instruction_lacks_panics() {
        let mut machine = machine(Armv7M, &[STM_R0]);
        let _ = machine.arm.step_as(
            &mut machine.memory,
            Choice::Interrupted {
                after: 3,
                resumes: true,
            },
        );
    }

    #[test]
    fn a_store_pair_restarts() {
        let mut machine = machine(Armv7M, &[0xe9c0, 0x1200]); // strd r1, r2, [r0]
        let choice = Choice::Interrupted {
            after: 1,
            resumes: false,
        };
        assert_eq!(
            machine.arm.step_as(&mut machine.memory, choice),
            Ok(Event::Step)
        );
        assert_eq!((words(&machine), machine.arm.pc()), ([1, 0, 0], CODE));
        machine.steps(1);
        assert_eq!(words(&machine), [1, 2, 0]);
    }
}
