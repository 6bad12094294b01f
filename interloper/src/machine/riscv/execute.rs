//! What each instruction does.

use super::{
    RETURN, Riscv, SP, Slot,
    insn::{Alu, Amo, Insn, Operand, Reg, Test, Width},
    trap::TRAMPOLINE,
};
use crate::machine::{Choice, Core, Event, FaultKind, Memory};

impl Riscv {
    #[inline]
    pub(super) fn execute_at(
        &mut self,
        pc: u32,
        memory: &mut Memory,
        choice: Option<Choice>,
    ) -> Result<Event, FaultKind> {
        let Slot { insn, length, .. } = self.fetch(pc)?;
        let next = pc.wrapping_add(length.into());
        self.pc = next;
        match insn {
            Insn::LoadUpper { rd, imm } => self.set(memory, rd, imm)?,
            Insn::AddUpperToPc { rd, imm } => self.set(memory, rd, pc.wrapping_add(imm))?,
            Insn::Jump { rd, offset } => {
                self.set(memory, rd, next)?;
                self.pc = pc.wrapping_add_signed(offset);
            }
            Insn::JumpRegister { rd, rs1, offset } => {
                let target = self.reg(rs1).wrapping_add_signed(offset) & !1;
                match target {
                    RETURN if self.active.depth() == 0 => {
                        return Ok(Event::Return {
                            answer: self.answer(),
                        });
                    }
                    TRAMPOLINE => return self.leave(memory),
                    _ => {}
                }
                self.set(memory, rd, next)?;
                self.pc = target;
            }
            Insn::Branch {
                test,
                rs1,
                rs2,
                offset,
            } => {
                if holds(test, self.reg(rs1), self.reg(rs2)) {
                    self.pc = pc.wrapping_add_signed(offset);
                }
            }
            Insn::Load {
                width,
                rd,
                rs1,
                offset,
            } => {
                let value = self.load(memory, width, self.reg(rs1).wrapping_add_signed(offset))?;
                self.set(memory, rd, value)?;
            }
            Insn::Store {
                width,
                rs1,
                rs2,
                offset,
            } => {
                let address = self.reg(rs1).wrapping_add_signed(offset);
                let size = width.bytes.into();
                memory.store(aligned(address, size)?, size, self.reg(rs2))?;
            }
            Insn::Alu {
                op,
                rd,
                rs1,
                operand,
            } => {
                let result = apply(op, self.reg(rs1), self.operand(operand));
                self.set(memory, rd, result)?;
            }
            Insn::LoadReserved { rd, rs1 } => {
                let address = aligned(self.reg(rs1), 4)?;
                let value = memory.load_word(address, self.id)?;
                self.reserved = Some(address);
                self.set(memory, rd, value)?;
            }
            Insn::StoreConditional { rd, rs1, rs2 } => {
                let failed =
                    self.store_conditional(memory, self.reg(rs1), self.reg(rs2), choice)?;
                self.set(memory, rd, failed.into())?;
            }
            Insn::Amo { op, rd, rs1, rs2 } => {
                let address = aligned(self.reg(rs1), 4)?;
                let old = memory.load_word(address, self.id)?;
                memory.store_word(address, modify(op, old, self.reg(rs2)))?;
                self.set(memory, rd, old)?;
            }
            Insn::Fence => {}
            Insn::Csr {
                change,
                rd,
                source,
                csr,
            } => {
                let old = self.access_csr(change, rd, source, csr)?;
                self.set(memory, rd, old)?;
            }
            Insn::MachineReturn => self.machine_return(),
            Insn::WaitForInterrupt if choice.is_none() => return Ok(Event::WaitForInterrupt),
            Insn::WaitForInterrupt => {}
            Insn::EnvironmentCall => return Err(FaultKind::Call),
            Insn::Breakpoint => return Err(FaultKind::Breakpoint),
            Insn::Undefined { encoding } => return Err(undefined(encoding)),
        }
        Ok(Event::Step)
    }

    #[inline]
    pub(super) fn reg(&self, register: Reg) -> u32 {
        self.registers[usize::from(register % 32)]
    }

    #[inline]
    pub(super) fn operand(&self, operand: Operand) -> u32 {
        match operand {
            Operand::Reg(register) => self.reg(register),
            Operand::Imm(imm) => imm,
        }
    }

    #[inline]
    fn set(&mut self, memory: &mut Memory, register: Reg, value: u32) -> Result<(), FaultKind> {
        match usize::from(register % 32) {
            0 => {}
            SP => self.set_sp(memory, value)?,
            register => self.registers[register] = value,
        }
        Ok(())
    }

    /// Sets the stack pointer: it stays within the stack, and what it rises past is dead.
    #[inline]
    pub(super) fn set_sp(&mut self, memory: &mut Memory, sp: u32) -> Result<(), FaultKind> {
        if sp < self.limit {
            return Err(FaultKind::StackOverflow { sp });
        }
        memory.clear_dead(self.registers[SP]..sp);
        self.registers[SP] = sp;
        Ok(())
    }

    #[inline]
    fn load(&mut self, memory: &mut Memory, width: Width, address: u32) -> Result<u32, FaultKind> {
        let size = width.bytes.into();
        let value = memory.load(aligned(address, size)?, size, self.id)?;
        Ok(match width {
            Width::BYTE => value as i8 as u32,
            Width::HALF => value as i16 as u32,
            _ => value,
        })
    }

    /// Whether `SC.W` failed. The reservation is over either way.
    fn store_conditional(
        &mut self,
        memory: &mut Memory,
        address: u32,
        value: u32,
        choice: Option<Choice>,
    ) -> Result<bool, FaultKind> {
        aligned(address, 4)?;
        if self.reserved.take() == Some(address) && choice.is_none() {
            memory.store_word(address, value)?;
            return Ok(false);
        }
        // The store does not happen; where it would go counts as touched.
        memory.load_word(address, self.id)?;
        Ok(true)
    }
}

/// Zeros are `c.unimp`, which rustc emits for `abort` and where no path leads.
fn undefined(encoding: u32) -> FaultKind {
    if encoding == 0 {
        FaultKind::Abort
    } else {
        FaultKind::Undefined { encoding }
    }
}

/// The base instruction set permits unaligned accesses, and leaves to the implementation whether
/// they trap. rustc emits none for targets without `unaligned-scalar-mem`.
#[inline]
fn aligned(address: u32, size: u32) -> Result<u32, FaultKind> {
    if address & (size - 1) == 0 {
        Ok(address)
    } else {
        Err(FaultKind::Unaligned { address, size })
    }
}

#[inline]
fn holds(test: Test, a: u32, b: u32) -> bool {
    match test {
        Test::Equal => a == b,
        Test::NotEqual => a != b,
        Test::Less => (a as i32) < b as i32,
        Test::GreaterEqual => a as i32 >= b as i32,
        Test::LessUnsigned => a < b,
        Test::GreaterEqualUnsigned => a >= b,
    }
}

#[inline]
fn apply(op: Alu, a: u32, b: u32) -> u32 {
    let (signed_a, signed_b) = (a as i32, b as i32);
    let high = |a: i64, b: i64| (a.wrapping_mul(b) >> 32) as u32;
    match op {
        Alu::Add => a.wrapping_add(b),
        Alu::Sub => a.wrapping_sub(b),
        Alu::ShiftLeft => a << (b & 31),
        Alu::Less => (signed_a < signed_b).into(),
        Alu::LessUnsigned => (a < b).into(),
        Alu::Xor => a ^ b,
        Alu::ShiftRight => a >> (b & 31),
        Alu::ShiftRightArithmetic => (signed_a >> (b & 31)) as u32,
        Alu::Or => a | b,
        Alu::And => a & b,
        Alu::Multiply => a.wrapping_mul(b),
        Alu::MultiplyHigh => high(signed_a.into(), signed_b.into()),
        Alu::MultiplyHighSignedUnsigned => high(signed_a.into(), b.into()),
        Alu::MultiplyHighUnsigned => ((u64::from(a) * u64::from(b)) >> 32) as u32,
        // Division by zero and overflow have results, not traps.
        Alu::Divide => signed_a
            .checked_div(signed_b)
            .unwrap_or(if b == 0 { -1 } else { i32::MIN }) as u32,
        Alu::DivideUnsigned => a.checked_div(b).unwrap_or(u32::MAX),
        Alu::Remainder => {
            signed_a
                .checked_rem(signed_b)
                .unwrap_or(if b == 0 { signed_a } else { 0 }) as u32
        }
        Alu::RemainderUnsigned => a.checked_rem(b).unwrap_or(a),
    }
}

fn modify(op: Amo, old: u32, operand: u32) -> u32 {
    match op {
        Amo::Swap => operand,
        Amo::Add => old.wrapping_add(operand),
        Amo::Xor => old ^ operand,
        Amo::And => old & operand,
        Amo::Or => old | operand,
        Amo::Min => (old as i32).min(operand as i32) as u32,
        Amo::Max => (old as i32).max(operand as i32) as u32,
        Amo::MinUnsigned => old.min(operand),
        Amo::MaxUnsigned => old.max(operand),
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{
            Reservation::{Cleared, Kept},
            testing::{CODE, DATA, Machine},
        },
        *,
    };
    use crate::machine::{Access, Choices};

    const LR_W: u32 = 0x1004_25af; // lr.w a1, (s0)
    const SC_W: u32 = 0x18c4_252f; // sc.w a0, a2, (s0)

    #[test]
    fn a_store_conditional_needs_its_reservation() {
        for (observed, failed) in [(None, 0), (Some(DATA + 4), 0), (Some(DATA), 1)] {
            let mut machine = Machine::new(Kept, &[LR_W, SC_W, SC_W]);
            machine.hart.registers[8] = DATA;
            machine.hart.registers[12] = 7;
            machine.steps(1);
            if let Some(word) = observed {
                let mut access = Access::NONE;
                access.write(word);
                assert!(!machine.hart.observe(access));
            }
            machine.steps(1);
            assert_eq!(
                (machine.hart.registers[10], machine.memory.word(DATA)),
                (failed, Some(7 * (1 - failed)))
            );
            machine.steps(1);
            assert_eq!(machine.hart.registers[10], 1, "the reservation is used up");
        }
    }

    #[test]
    fn a_store_conditional_may_fail_spuriously() {
        let mut machine = Machine::new(Kept, &[LR_W, SC_W]);
        machine.hart.registers[8] = DATA;
        machine.steps(1);
        assert_eq!(
            machine.hart.peek(&mut machine.memory).choices,
            Choices::Exclusive
        );
        let event = machine
            .hart
            .step_as(&mut machine.memory, Choice::ExclusiveFails);
        assert_eq!((event, machine.hart.registers[10]), (Ok(Event::Step), 1));
        assert!(!machine.memory.access().writes());
    }

    #[test]
    fn a_trap_ends_the_reservation_or_keeps_it() {
        const RET: u32 = 0x0000_8067;
        for (reservation, failed) in [(Cleared, 1), (Kept, 0)] {
            let mut machine = Machine::new(reservation, &[LR_W, SC_W, RET]);
            machine.hart.registers[8] = DATA;
            machine.steps(1);
            machine.enter(1, CODE + 8);
            machine.returns(1);
            machine.steps(1);
            assert_eq!(machine.hart.registers[10], failed);
        }
    }

    #[test]
    fn a_part_of_a_word_is_found() {
        const SB: u32 = 0x00a4_0123; // sb a0, 2(s0)
        const SW: u32 = 0x00a4_2223; // sw a0, 4(s0)
        for (store, part) in [(SB, Some(DATA + 2..DATA + 3)), (SW, None)] {
            let mut machine = Machine::new(Kept, &[store]);
            machine.hart.registers[8] = DATA;
            assert_eq!(machine.hart.part_accessed(), part);
            machine.steps(1);
            assert!(machine.memory.access().writes());
        }
    }

    #[test]
    fn x0_stays_zero() {
        let mut machine = Machine::new(Kept, &[0x0010_0013]); // addi x0, x0, 1
        machine.steps(1);
        assert_eq!(machine.hart.registers[0], 0);
    }

    #[test]
    fn unimplemented_instructions_are_an_abort() {
        for unimp in [0, 0xc000_1073] {
            assert_eq!(
                Machine::new(Kept, &[unimp]).step().unwrap_err().kind,
                FaultKind::Abort
            );
        }
    }

    #[test]
    fn the_stack_pointer_stays_within_the_stack() {
        let mut machine = Machine::new(Kept, &[0x8001_0113]); // addi sp, sp, -2048
        assert!(matches!(
            machine.step().unwrap_err().kind,
            FaultKind::StackOverflow { .. }
        ));
    }

    #[test]
    fn division_has_a_result_for_every_divisor() {
        assert_eq!(apply(Alu::Divide, 7, 0), u32::MAX);
        assert_eq!(apply(Alu::Divide, 0x8000_0000, u32::MAX), 0x8000_0000);
        assert_eq!(apply(Alu::Remainder, 0x8000_0000, u32::MAX), 0);
        assert_eq!(apply(Alu::Remainder, 7, 0), 7);
        assert_eq!(apply(Alu::DivideUnsigned, 7, 0), u32::MAX);
        assert_eq!(apply(Alu::RemainderUnsigned, 7, 0), 7);
    }

    #[test]
    fn high_products_differ_by_sign() {
        let minus_one = u32::MAX;
        assert_eq!(apply(Alu::MultiplyHigh, minus_one, minus_one), 0);
        assert_eq!(
            apply(Alu::MultiplyHighUnsigned, minus_one, minus_one),
            0xffff_fffe
        );
        assert_eq!(
            apply(Alu::MultiplyHighSignedUnsigned, minus_one, minus_one),
            u32::MAX
        );
    }
}
