//! Code, decoded once.

use std::sync::{Arc, OnceLock};

use super::{FaultKind, Flash};

/// The instructions of a flash, each decoded when it is first executed. Clones share them: an explorer clones a core
/// for most steps, so this is one reference, and none that cores of other threads count.
#[derive(Clone, Debug)]
pub(super) struct Program<I>(Arc<Shared<I>>);

#[derive(Debug)]
struct Shared<I> {
    flash: Flash,
    slots: Box<[OnceLock<I>]>,
}

impl<I: Copy> Program<I> {
    pub(super) fn new(flash: &Flash) -> Self {
        let slots = (0..flash.range().len() / 2)
            .map(|_| OnceLock::new())
            .collect();
        Self(Arc::new(Shared {
            flash: flash.clone(),
            slots,
        }))
    }

    /// The instruction at an even address, decoded unless the flash ends within it.
    ///
    /// Inlined always, as are the accesses of [`Memory`](super::Memory): a step is a third faster.
    #[inline(always)]
    pub(super) fn at(
        &self,
        address: u32,
        decode: impl FnOnce(&Flash) -> Option<I>,
    ) -> Result<I, FaultKind> {
        let Shared { flash, slots } = &*self.0;
        let slot = address.wrapping_sub(flash.range().start) as usize / 2;
        let slot = slots.get(slot).ok_or(FaultKind::Fetch)?;
        if let Some(&insn) = slot.get() {
            return Ok(insn);
        }
        let insn = decode(flash).ok_or(FaultKind::Fetch)?;
        Ok(*slot.get_or_init(|| insn))
    }

    /// Puts an instruction in the place of the one that the flash holds, before it is decoded.
    #[cfg(test)]
    pub(super) fn plant(&self, address: u32, insn: I)
    where
        I: core::fmt::Debug,
    {
        let slot = (address - self.flash().range().start) as usize / 2;
        self.0.slots[slot].set(insn).expect("it is not decoded yet");
    }

    pub(super) fn flash(&self) -> &Flash {
        &self.0.flash
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(program: &Program<u32>, address: u32) -> Result<u32, FaultKind> {
        program.at(address, |flash| flash.halfword(address).map(u32::from))
    }

    #[test]
    fn an_instruction_is_decoded_once() {
        let program = Program::new(&Flash::new(0x100, [1, 0, 2, 0]));
        assert_eq!(at(&program, 0x102), Ok(2));
        assert_eq!(program.at(0x102, |_| panic!("decoded again")), Ok(2));
    }

    #[test]
    fn code_ends_with_the_flash() {
        let program = Program::new(&Flash::new(0x100, [1, 0, 2]));
        for outside in [0xfe, 0x102, 0x104, 0x2000_0000] {
            assert_eq!(at(&program, outside), Err(FaultKind::Fetch), "{outside:#x}");
        }
    }
}
