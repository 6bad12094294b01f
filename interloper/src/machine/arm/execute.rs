//! What each instruction does (A7.7).

use super::{
    Arm, LR, PC, RETURN, SP,
    alu::{self, Alu, extend},
    exception::EXC_RETURN,
    insn::{Insn, Operand, Reg, SetFlags},
    transfer::aligned,
};
use crate::machine::{Choice, Event, FaultKind, Memory};

/// Where execution continues.
pub(super) enum Flow {
    /// With the next instruction.
    Next,
    /// With the next instruction; the step ends with an event.
    After(Event),
    /// At an even address.
    Jump(u32),
    /// With this instruction again.
    Again,
    /// The program counter is set; the step ends with an event.
    Left(Event),
}

impl Arm {
    #[inline]
    pub(super) fn execute_at(
        &mut self,
        pc: u32,
        memory: &mut Memory,
        choice: Option<Choice>,
    ) -> Result<Event, FaultKind> {
        let slot = self.fetch(pc)?;
        let next = pc + u32::from(slot.length);
        let it = self.it;
        if it != 0 {
            self.it = advance(it);
            if !self.flags.hold(it >> 4) {
                self.registers[PC] = next;
                return Ok(Event::Step);
            }
        }
        self.registers[PC] = pc + 4;
        let (target, event) = match self.execute(slot.insn, it != 0, memory, choice)? {
            Flow::Next => (next, Event::Step),
            Flow::After(event) => (next, event),
            Flow::Jump(target) => (target, Event::Step),
            Flow::Again => {
                self.it = it;
                (pc, Event::Step)
            }
            Flow::Left(event) => return Ok(event),
        };
        self.registers[PC] = target;
        Ok(event)
    }

    #[inline]
    fn execute(
        &mut self,
        insn: Insn,
        in_it: bool,
        memory: &mut Memory,
        choice: Option<Choice>,
    ) -> Result<Flow, FaultKind> {
        match insn {
            Insn::Data {
                op,
                flags,
                rd,
                rn,
                operand,
            } => {
                let (result, set) = self.data(op, self.reg(rn), operand);
                if sets(flags, in_it) {
                    self.flags = set;
                }
                return self.assign(memory, rd, result);
            }
            Insn::Compare { op, rn, operand } => {
                self.flags = self.data(op.alu(), self.reg(rn), operand).1;
            }
            Insn::ShiftBy {
                shift,
                flags,
                rd,
                rn,
                rm,
            } => {
                let (result, carry) = shift.apply(self.reg(rn), self.reg(rm) & 0xff, self.flags.c);
                self.set(rd, result);
                if sets(flags, in_it) {
                    self.flags.c = carry;
                    self.flags = self.flags.with_result(result);
                }
            }
            Insn::Adr { rd, offset } => self.set(rd, self.literal(offset)),
            Insn::MoveTop { rd, imm } => self.set(rd, self.reg(rd) & 0xffff | u32::from(imm) << 16),
            Insn::Multiply { flags, rd, rn, rm } => {
                let result = self.reg(rn).wrapping_mul(self.reg(rm));
                self.set(rd, result);
                if sets(flags, in_it) {
                    self.flags = self.flags.with_result(result);
                }
            }
            Insn::MultiplyAdd {
                subtracts,
                rd,
                rn,
                rm,
                ra,
            } => {
                let product = self.reg(rn).wrapping_mul(self.reg(rm));
                let addend = self.reg(ra);
                self.set(
                    rd,
                    if subtracts {
                        addend.wrapping_sub(product)
                    } else {
                        addend.wrapping_add(product)
                    },
                );
            }
            Insn::MultiplyLong {
                long,
                low,
                high,
                rn,
                rm,
            } => {
                let addend = u64::from(self.reg(high)) << 32 | u64::from(self.reg(low));
                let result = alu::multiply_long(long, self.reg(rn), self.reg(rm), addend);
                self.set(low, result as u32);
                self.set(high, (result >> 32) as u32);
            }
            Insn::Divide { signed, rd, rn, rm } => {
                self.set(rd, alu::divide(signed, self.reg(rn), self.reg(rm)));
            }
            Insn::Extend {
                width,
                rd,
                rm,
                rotation,
            } => {
                self.set(
                    rd,
                    extend(self.reg(rm).rotate_right(rotation.into()), width),
                );
            }
            Insn::Reorder { order, rd, rm } => self.set(rd, alu::reorder(order, self.reg(rm))),
            Insn::Extract {
                signed,
                rd,
                rn,
                lsb,
                width,
            } => {
                let left = self.reg(rn) << (32 - lsb - width);
                let right = 32 - u32::from(width);
                self.set(
                    rd,
                    if signed {
                        (left as i32 >> right) as u32
                    } else {
                        left >> right
                    },
                );
            }
            Insn::Insert { rd, rn, lsb, width } => {
                let mask = u32::MAX >> (32 - width) << lsb;
                let source = rn.map_or(0, |rn| self.reg(rn));
                self.set(rd, self.reg(rd) & !mask | source << lsb & mask);
            }
            Insn::Saturate {
                signed,
                rd,
                rn,
                shift,
                amount,
                bits,
            } => {
                let x = i64::from(shift.apply(self.reg(rn), amount.into(), false).0 as i32);
                let (min, max) = if signed {
                    (-1 << (bits - 1), (1 << (bits - 1)) - 1)
                } else {
                    (0, (1 << bits) - 1)
                };
                self.flags.q |= !(min..=max).contains(&x);
                self.set(rd, x.clamp(min, max) as u32);
            }

            Insn::Load {
                width,
                rt,
                rn,
                offset,
                index,
            } => return self.load(memory, width, rt, rn, offset, index),
            Insn::Store {
                width,
                rt,
                rn,
                offset,
                index,
            } => self.store(memory, width, rt, rn, offset, index)?,
            Insn::LoadLiteral { width, rt, offset } => {
                return self.load_from(memory, width, rt, self.literal(offset));
            }
            Insn::LoadPair {
                rt,
                rt2,
                rn,
                offset,
                index,
            } => {
                let address = self.indexed(rn, offset.into(), index);
                return self.load_pair(memory, [rt, rt2], rn, address, choice);
            }
            Insn::StorePair {
                rt,
                rt2,
                rn,
                offset,
                index,
            } => {
                let address = self.indexed(rn, offset.into(), index);
                return self.store_pair(memory, [rt, rt2], rn, address, choice);
            }
            Insn::Multiple(multiple) => return self.multiple(memory, multiple, choice),
            Insn::LoadExclusive {
                width,
                rt,
                rn,
                offset,
            } => self.load_exclusive(memory, width, rt, rn, offset)?,
            Insn::StoreExclusive {
                width,
                rd,
                rt,
                rn,
                offset,
            } => {
                let address = self.reg(rn).wrapping_add(offset.into());
                self.store_exclusive(memory, width, [rd, rt], address, choice)?;
            }
            Insn::ClearExclusive => self.monitor = None,
            Insn::LoadAcquire { width, rt, rn } => {
                let size = width.bytes.into();
                let value = memory.load(aligned(self.reg(rn), size)?, size, self.id)?;
                self.set(rt, value);
            }
            Insn::StoreRelease { width, rt, rn } => {
                let size = width.bytes.into();
                memory.store(aligned(self.reg(rn), size)?, size, self.reg(rt))?;
            }

            Insn::Branch { condition, offset } => {
                if self.flags.hold(condition) {
                    return Ok(Flow::Jump(self.registers[PC].wrapping_add_signed(offset)));
                }
            }
            Insn::BranchLink { offset } => {
                self.registers[LR] = self.registers[PC] | 1;
                return Ok(Flow::Jump(self.registers[PC].wrapping_add_signed(offset)));
            }
            Insn::BranchExchange { rm, link } => {
                let target = self.reg(rm);
                if link {
                    self.registers[LR] = (self.registers[PC] - 2) | 1;
                }
                return self.branch_exchange(memory, target);
            }
            Insn::BranchZero {
                rn,
                nonzero,
                offset,
            } => {
                if (self.reg(rn) != 0) == nonzero {
                    return Ok(Flow::Jump(self.registers[PC].wrapping_add(offset.into())));
                }
            }
            Insn::BranchTable { rn, rm, halves } => {
                let (bytes, shift) = if halves { (2, 1) } else { (1, 0) };
                let address = self.reg(rn).wrapping_add(self.reg(rm) << shift);
                let entry = self.read(memory, address, bytes)?;
                return Ok(Flow::Jump(self.registers[PC].wrapping_add(2 * entry)));
            }
            Insn::IfThen(state) => self.it = state,

            Insn::Nop | Insn::Barrier => {}
            // The one choice that both have: they do not sleep.
            Insn::WaitForInterrupt | Insn::WaitForEvent if choice.is_some() => {}
            Insn::WaitForInterrupt => return Ok(Flow::After(Event::WaitForInterrupt)),
            Insn::WaitForEvent => return Ok(self.wait_for_event()),
            Insn::SendEvent => {
                self.event = true;
                return Ok(Flow::After(Event::SendEvent));
            }
            Insn::ChangeMasks {
                primask,
                faultmask,
                set,
            } => self.change_masks(primask, faultmask, set)?,
            Insn::ReadSpecial { rd, register } => self.set(rd, self.read_special(register)?),
            Insn::WriteSpecial { rn, register } => {
                self.write_special(memory, register, self.reg(rn))?;
            }
            Insn::Breakpoint => return Err(FaultKind::Breakpoint),
            Insn::SupervisorCall => return Err(FaultKind::Call),
            Insn::Abort => return Err(FaultKind::Abort),
            Insn::Undefined { encoding } => return Err(FaultKind::Undefined { encoding }),
            Insn::Unpredictable { encoding } => return Err(FaultKind::Unpredictable { encoding }),
        }
        Ok(Flow::Next)
    }

    #[inline]
    pub(super) fn reg(&self, register: Reg) -> u32 {
        self.registers[usize::from(register % 16)]
    }

    /// Sets a register other than the stack pointer and the program counter.
    #[inline]
    pub(super) fn set(&mut self, register: Reg, value: u32) {
        self.registers[usize::from(register % 16)] = value;
    }

    /// Sets any register; the program counter without a change of the instruction set.
    #[inline]
    fn assign(
        &mut self,
        memory: &mut Memory,
        register: Reg,
        value: u32,
    ) -> Result<Flow, FaultKind> {
        match usize::from(register) {
            SP => self.set_sp(memory, value)?,
            PC => return Ok(Flow::Jump(value & !1)),
            _ => self.set(register, value),
        }
        Ok(Flow::Next)
    }

    /// `BXWritePC`: a branch, a return from an exception, or the return of the function that was
    /// booted.
    pub(super) fn branch_exchange(
        &mut self,
        memory: &mut Memory,
        target: u32,
    ) -> Result<Flow, FaultKind> {
        if target >= EXC_RETURN && self.active.depth() > 0 {
            return self.leave(memory, target).map(Flow::Left);
        }
        if target == RETURN | 1 {
            use crate::machine::Core;
            return Ok(Flow::After(Event::Return {
                answer: self.answer(),
            }));
        }
        if target & 1 == 0 {
            return Err(FaultKind::ArmState { target });
        }
        Ok(Flow::Jump(target & !1))
    }

    #[inline]
    fn literal(&self, offset: i32) -> u32 {
        (self.registers[PC] & !3).wrapping_add_signed(offset)
    }

    #[inline]
    fn data(&self, op: Alu, a: u32, operand: Operand) -> (u32, super::Flags) {
        let (b, carry) = match operand {
            Operand::Imm(imm) => (imm, self.flags.c),
            Operand::Rotated(imm) => (imm, imm >> 31 != 0),
            Operand::Shifted { rm, shift, amount } => {
                shift.apply(self.reg(rm), amount.into(), self.flags.c)
            }
        };
        op.apply(a, b, carry, self.flags)
    }
}

/// `ITAdvance` (A7.3.2).
fn advance(it: u8) -> u8 {
    if it & 0b111 == 0 {
        0
    } else {
        it & 0b1110_0000 | it << 1 & 0b1_1111
    }
}

fn sets(flags: SetFlags, in_it: bool) -> bool {
    match flags {
        SetFlags::Always => true,
        SetFlags::Never => false,
        SetFlags::OutsideIt => !in_it,
    }
}
