//! Loads and stores (A7.7), exclusive ones (A3.4), and those that an interrupt stops half-way (B1.5.10).

use super::{
    Arm, PC, Profile, SP,
    execute::{Flow, extend},
    insn::{Index, Insn, Multiple, Offset, Reg, Width},
};
use crate::machine::{Choice, Choices, FaultKind, Memory};

/// The address of a load or store, and the new value of its base register.
#[derive(Clone, Copy)]
pub(super) struct Indexed {
    address: u32,
    base: Option<u32>,
}

impl Arm {
    /// Loads 1, 2 or 4 bytes. Armv6-M has no unaligned access; Armv7-M splits it (`CCR.UNALIGN_TRP` is clear).
    #[inline]
    pub(super) fn read(
        &mut self,
        memory: &mut Memory,
        address: u32,
        size: u32,
    ) -> Result<u32, FaultKind> {
        if self.profile == Profile::Armv6M {
            aligned(address, size)?;
        }
        memory.load(address, size, self.id)
    }

    #[inline]
    fn write(
        &mut self,
        memory: &mut Memory,
        address: u32,
        size: u32,
        value: u32,
    ) -> Result<(), FaultKind> {
        if self.profile == Profile::Armv6M {
            aligned(address, size)?;
        }
        memory.store(address, size, value)
    }

    #[inline]
    pub(super) fn indexed(&self, rn: Reg, offset: i32, index: Index) -> Indexed {
        // The base of a literal is aligned; no other instruction takes the program counter as its base.
        let base = if usize::from(rn) == PC {
            self.registers[PC] & !3
        } else {
            self.reg(rn)
        };
        let moved = base.wrapping_add_signed(offset);
        match index {
            Index::Offset => Indexed {
                address: moved,
                base: None,
            },
            Index::Pre => Indexed {
                address: moved,
                base: Some(moved),
            },
            Index::Post => Indexed {
                address: base,
                base: Some(moved),
            },
        }
    }

    #[inline]
    fn address(&self, rn: Reg, offset: Offset, index: Index) -> Indexed {
        let offset = match offset {
            Offset::Imm(offset) => offset,
            Offset::Shifted { rm, amount } => (self.reg(rm) << amount) as i32,
        };
        self.indexed(rn, offset, index)
    }

    #[inline]
    fn write_back(
        &mut self,
        memory: &mut Memory,
        rn: Reg,
        base: Option<u32>,
    ) -> Result<(), FaultKind> {
        match base {
            Some(base) if usize::from(rn) == SP => self.set_sp(memory, base)?,
            Some(base) => self.set(rn, base),
            None => {}
        }
        Ok(())
    }

    #[inline]
    pub(super) fn load(
        &mut self,
        memory: &mut Memory,
        width: Width,
        rt: Reg,
        rn: Reg,
        offset: Offset,
        index: Index,
    ) -> Result<Flow, FaultKind> {
        let Indexed { address, base } = self.address(rn, offset, index);
        let value = self.read(memory, address, width.bytes.into())?;
        self.write_back(memory, rn, base)?;
        self.loaded(memory, rt, extend(value, width))
    }

    pub(super) fn load_from(
        &mut self,
        memory: &mut Memory,
        width: Width,
        rt: Reg,
        address: u32,
    ) -> Result<Flow, FaultKind> {
        let value = self.read(memory, address, width.bytes.into())?;
        self.loaded(memory, rt, extend(value, width))
    }

    #[inline]
    fn loaded(&mut self, memory: &mut Memory, rt: Reg, value: u32) -> Result<Flow, FaultKind> {
        match usize::from(rt) {
            SP => self.set_sp(memory, value)?,
            PC => return self.branch_exchange(memory, value),
            _ => self.set(rt, value),
        }
        Ok(Flow::Next)
    }

    #[inline]
    pub(super) fn store(
        &mut self,
        memory: &mut Memory,
        width: Width,
        rt: Reg,
        rn: Reg,
        offset: Offset,
        index: Index,
    ) -> Result<(), FaultKind> {
        let Indexed { address, base } = self.address(rn, offset, index);
        self.lower_for_store(rn, base)?;
        self.write(memory, address, width.bytes.into(), self.reg(rt))?;
        self.write_back(memory, rn, base)
    }

    /// A store that lowers the stack pointer must not write below the stack.
    #[inline]
    fn lower_for_store(&self, rn: Reg, base: Option<u32>) -> Result<(), FaultKind> {
        match base {
            Some(sp) if usize::from(rn) == SP && sp < self.limit => {
                Err(FaultKind::StackOverflow { sp })
            }
            _ => Ok(()),
        }
    }

    pub(super) fn load_pair(
        &mut self,
        memory: &mut Memory,
        rt: [Reg; 2],
        rn: Reg,
        Indexed { address, base }: Indexed,
        choice: Option<Choice>,
    ) -> Result<Flow, FaultKind> {
        aligned(address, 4)?;
        let first = memory.load_word(address, self.id)?;
        if choice.is_some() {
            return Ok(Flow::Again);
        }
        let second = memory.load_word(address.wrapping_add(4), self.id)?;
        self.write_back(memory, rn, base)?;
        self.set(rt[0], first);
        self.set(rt[1], second);
        Ok(Flow::Next)
    }

    pub(super) fn store_pair(
        &mut self,
        memory: &mut Memory,
        rt: [Reg; 2],
        rn: Reg,
        Indexed { address, base }: Indexed,
        choice: Option<Choice>,
    ) -> Result<Flow, FaultKind> {
        aligned(address, 4)?;
        self.lower_for_store(rn, base)?;
        memory.store_word(address, self.reg(rt[0]))?;
        if choice.is_some() {
            return Ok(Flow::Again);
        }
        memory.store_word(address.wrapping_add(4), self.reg(rt[1]))?;
        self.write_back(memory, rn, base)?;
        Ok(Flow::Next)
    }

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

    /// Where a multiple transfer can be interrupted. It restarts on Armv6-M, in an IT block, when it loads its base,
    /// and when its words are below the stack pointer, where the frame of the exception goes.
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
            self.profile == Profile::Armv7M && self.it == 0 && !loads_base && !below_stack;
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
            (Choices::Exclusive, Choice::ExclusiveFails) => true,
            (
                Choices::Multiple { words, resumes, .. },
                Choice::Interrupted {
                    after,
                    resumes: wanted,
                },
            ) => (1..words).contains(&after) && (resumes || !wanted),
            _ => false,
        }
    }
}

fn registers(list: u16) -> impl Iterator<Item = Reg> {
    (0..16).filter(move |register| list >> register & 1 != 0)
}

#[inline]
fn aligned(address: u32, size: u32) -> Result<u32, FaultKind> {
    if address & (size - 1) == 0 {
        Ok(address)
    } else {
        Err(FaultKind::Unaligned { address, size })
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{CODE, DATA, Machine};
    use super::*;
    use crate::machine::{Access, Core, Event, Profile::*};

    const BX_LR: u16 = 0x4770;
    const STM_R0: u16 = 0xc00e; // stm r0!, {r1, r2, r3}
    const LDM_R0: u16 = 0xc80e; // ldm r0!, {r1, r2, r3}
    const LDREX: [u16; 2] = [0xe850, 0x1f00]; // ldrex r1, [r0]
    const STREX: [u16; 2] = [0xe840, 0x2300]; // strex r3, r2, [r0]

    /// A core with `r0` at the data, and other values in `r1` to `r3`.
    fn machine(profile: Profile, code: &[u16]) -> Machine {
        let mut machine = Machine::new(profile, &[code, &[BX_LR]].concat());
        machine.arm.registers[..4].copy_from_slice(&[DATA, 1, 2, 3]);
        machine
    }

    fn words(machine: &Machine) -> [u32; 3] {
        [0, 4, 8].map(|offset| machine.memory.word(DATA + offset).unwrap())
    }

    /// Lets the instruction stop after one word, enters a handler that returns at once, and goes on.
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

    #[test]
    fn an_exclusive_store_needs_the_monitor() {
        let code = [LDREX, STREX, STREX].concat();
        let mut machine = machine(Armv7M, &code);
        machine.steps(2);
        assert_eq!((machine.arm.registers[3], words(&machine)[0]), (0, 2));
        machine.steps(1);
        assert_eq!(machine.arm.registers[3], 1, "the monitor is open");
    }

    #[test]
    fn an_interrupt_opens_the_monitor() {
        let mut machine = machine(Armv7M, &[LDREX, STREX].concat());
        machine.steps(1);
        machine.enter(0, 0, CODE + 8);
        machine.returns(1);
        machine.steps(1);
        assert_eq!((machine.arm.registers[3], words(&machine)[0]), (1, 0));
    }

    #[test]
    fn an_exclusive_store_may_fail_spuriously() {
        let mut machine = machine(Armv7M, &[LDREX, STREX].concat());
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
        assert_eq!((machine.arm.registers[3], words(&machine)[0]), (1, 0));
    }

    #[test]
    fn another_core_takes_the_reservation_by_a_store() {
        for (word, failed) in [(DATA + 4, 0), (DATA, 1)] {
            let mut machine = machine(Armv7M, &[LDREX, STREX].concat());
            machine.steps(1);
            let mut access = Access::NONE;
            access.read(word);
            machine.arm.observe(access);
            access.write(word);
            machine.arm.observe(access);
            machine.steps(1);
            assert_eq!(machine.arm.registers[3], failed);
        }
    }

    #[test]
    fn unaligned_accesses_are_for_armv7m_and_single_ones() {
        let unaligned = |profile, code: &[u16]| {
            let mut machine = machine(profile, code);
            machine.arm.registers[0] = DATA + 2;
            machine
                .step()
                .is_err_and(|fault| matches!(fault.kind, FaultKind::Unaligned { .. }))
        };
        const LDR: [u16; 1] = [0x6801]; // ldr r1, [r0]
        assert!(unaligned(Armv6M, &LDR) && !unaligned(Armv7M, &LDR));
        assert!(unaligned(Armv7M, &[LDM_R0]) && unaligned(Armv7M, &LDREX));
    }

    #[test]
    fn a_push_stays_within_the_stack() {
        let mut machine = machine(Armv6M, &[0xb40f]); // push {r0, r1, r2, r3}
        machine.arm.registers[SP] = super::super::testing::STACK.start + 12;
        let before = machine.memory.hash();
        assert!(matches!(
            machine.step().unwrap_err().kind,
            FaultKind::StackOverflow { .. }
        ));
        assert_eq!(machine.memory.hash(), before);
    }
}
