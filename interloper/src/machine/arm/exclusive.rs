//! Exclusive loads and stores, and the local monitor (A3.4).

use super::{
    Arm,
    insn::{Reg, Width},
    transfer::aligned,
};
use crate::machine::{Choice, FaultKind, Memory};

impl Arm {
    pub(super) fn load_exclusive(
        &mut self,
        memory: &mut Memory,
        width: Width,
        rt: Reg,
        rn: Reg,
        offset: u16,
    ) -> Result<(), FaultKind> {
        let address = self.reg(rn).wrapping_add(offset.into());
        let size = width.bytes.into();
        let value = memory.load(aligned(address, size)?, size, self.id)?;
        self.monitor = Some(address & !3);
        self.set(rt, value);
        Ok(())
    }

    pub(super) fn store_exclusive(
        &mut self,
        memory: &mut Memory,
        width: Width,
        [rd, rt]: [Reg; 2],
        address: u32,
        choice: Option<Choice>,
    ) -> Result<(), FaultKind> {
        let size = width.bytes.into();
        aligned(address, size)?;
        let exclusive = self.monitor.take() == Some(address & !3) && choice.is_none();
        if exclusive {
            memory.store(address, size, self.reg(rt))?;
        } else {
            // The store does not happen; where it would go counts as touched.
            memory.load(address, size, self.id)?;
        }
        self.set(rd, (!exclusive).into());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{CODE, DATA, Machine};
    use super::*;
    use crate::machine::{Access, Choices, Core, Event, Profile::*};

    const BX_LR: u16 = 0x4770;
    const LDREX: [u16; 2] = [0xe850, 0x1f00]; // ldrex r1, [r0]
    const STREX: [u16; 2] = [0xe840, 0x2300]; // strex r3, r2, [r0]

    /// A core with `r0` at the data, which is zero, and 2 in `r2`.
    fn machine(code: &[u16]) -> Machine {
        let mut machine = Machine::new(Armv7M, &[code, &[BX_LR]].concat());
        machine.arm.registers[..4].copy_from_slice(&[DATA, 1, 2, 3]);
        machine
    }

    fn word(machine: &Machine) -> u32 {
        machine.memory.word(DATA).unwrap()
    }

    #[test]
    fn an_exclusive_store_needs_the_monitor() {
        let code = [LDREX, STREX, STREX].concat();
        let mut machine = machine(&code);
        machine.steps(2);
        assert_eq!((machine.arm.registers[3], word(&machine)), (0, 2));
        machine.steps(1);
        assert_eq!(machine.arm.registers[3], 1, "the monitor is open");
    }

    #[test]
    fn an_interrupt_opens_the_monitor() {
        let mut machine = machine(&[LDREX, STREX].concat());
        machine.steps(1);
        machine.enter(0, 0, CODE + 8);
        machine.returns(1);
        machine.steps(1);
        assert_eq!((machine.arm.registers[3], word(&machine)), (1, 0));
    }

    #[test]
    fn an_exclusive_store_may_fail_spuriously() {
        let mut machine = machine(&[LDREX, STREX].concat());
        machine.steps(1);
        assert_eq!(
            machine.arm.peek(&mut machine.memory).choices,
            Choices::Exclusive
        );
        assert_eq!(
            machine
                .arm
                .step_as(&mut machine.memory, Choice::ExclusiveFails),
            Ok(Event::Step)
        );
        assert_eq!((machine.arm.registers[3], word(&machine)), (1, 0));
    }

    /// B9.3.1 of Armv8-M; a core of Armv7-M sleeps on.
    #[test]
    fn a_store_that_opens_the_monitor_is_an_event_from_armv8m_on() {
        for (profile, is_event) in [(Armv7M, false), (Armv8M, true)] {
            let mut machine = Machine::new(profile, &LDREX);
            machine.arm.registers[0] = DATA;
            let mut store = Access::NONE;
            store.write(DATA);
            assert!(!machine.arm.observe(store), "nothing is reserved");
            machine.steps(1);
            assert_eq!(machine.arm.observe(store), is_event);
            assert!(!machine.arm.observe(store), "the monitor is open");
        }
    }

    #[test]
    fn another_core_takes_the_reservation_by_a_store() {
        for (word, failed) in [(DATA + 4, 0), (DATA, 1)] {
            let mut machine = machine(&[LDREX, STREX].concat());
            machine.steps(1);
            let mut access = Access::NONE;
            access.read(word);
            assert!(!machine.arm.observe(access));
            access.write(word);
            assert!(!machine.arm.observe(access));
            machine.steps(1);
            assert_eq!(machine.arm.registers[3], failed);
        }
    }
}
