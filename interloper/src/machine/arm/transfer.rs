//! Loads and stores of one register or two (A7.7).

use core::ops::Range;

use super::{
    Arm, PC, Profile, SP,
    alu::extend,
    execute::Flow,
    insn::{Index, Insn, Offset, Reg, Width},
};
use crate::machine::{Choice, FaultKind, Memory};

/// The address of a load or store, and the new value of its base register.
#[derive(Clone, Copy)]
pub(super) struct Indexed {
    address: u32,
    base: Option<u32>,
}

impl Arm {
    /// The bytes that the next instruction loads or stores, if they are a part of a word.
    pub(super) fn part_of_word(&self) -> Option<Range<u32>> {
        let insn = self.fetch(self.registers[PC]).ok()?.insn;
        let (width, rn, offset, index) = match insn {
            Insn::Load {
                width,
                rn,
                offset,
                index,
                ..
            }
            | Insn::Store {
                width,
                rn,
                offset,
                index,
                ..
            } => (width, rn, offset, index),
            Insn::LoadExclusive {
                width, rn, offset, ..
            }
            | Insn::StoreExclusive {
                width, rn, offset, ..
            } => (width, rn, Offset::Imm(offset.into()), Index::Offset),
            Insn::LoadAcquire { width, rn, .. } | Insn::StoreRelease { width, rn, .. } => {
                (width, rn, Offset::Imm(0), Index::Offset)
            }
            _ => return None,
        };
        let value = |register: Reg| self.registers[usize::from(register)];
        let offset = match (index, offset) {
            (Index::Post, _) => 0,
            (_, Offset::Imm(offset)) => offset as u32,
            (_, Offset::Shifted { rm, amount }) => value(rm) << amount,
        };
        let start = value(rn).wrapping_add(offset);
        (width.bytes < 4).then(|| start..start.wrapping_add(width.bytes.into()))
    }

    /// Loads 1, 2 or 4 bytes. Armv6-M has no unaligned access; Armv7-M splits it (`CCR.UNALIGN_TRP`
    /// is clear).
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
        // The base of a literal is aligned; no other instruction takes the program counter as its
        // base.
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
    pub(super) fn write_back(
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
    pub(super) fn lower_for_store(&self, rn: Reg, base: Option<u32>) -> Result<(), FaultKind> {
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
}

#[inline]
pub(super) fn aligned(address: u32, size: u32) -> Result<u32, FaultKind> {
    if address & (size - 1) == 0 {
        Ok(address)
    } else {
        Err(FaultKind::Unaligned { address, size })
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::testing::{DATA, Machine, STACK},
        *,
    };
    use crate::machine::Profile::*;

    #[test]
    fn unaligned_accesses_are_for_armv7m_and_single_ones() {
        let unaligned = |profile, code: &[u16]| {
            let mut machine = Machine::new(profile, code);
            machine.arm.registers[0] = DATA + 2;
            machine
                .step()
                .is_err_and(|fault| matches!(fault.kind, FaultKind::Unaligned { .. }))
        };
        const LDR: [u16; 1] = [0x6801]; // ldr r1, [r0]
        assert!(unaligned(Armv6M, &LDR) && !unaligned(Armv7M, &LDR));
        assert!(unaligned(Armv7M, &[0xc80e]) && unaligned(Armv7M, &[0xe850, 0x1f00]));
    }

    #[test]
    fn a_push_stays_within_the_stack() {
        let mut machine = Machine::new(Armv6M, &[0xb40f]); // push {r0, r1, r2, r3}
        machine.arm.registers[SP] = STACK.start + 12;
        let before = machine.memory.hash();
        assert!(matches!(
            machine.step().unwrap_err().kind,
            FaultKind::StackOverflow { .. }
        ));
        assert_eq!(machine.memory.hash(), before);
    }
}
