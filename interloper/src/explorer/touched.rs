//! What each party touches: it decides where an interrupt makes a difference.

use core::ops::Range;

use crate::{layout::offset_in_ram, machine::Access};

/// The words that one actor reads and writes, apart from its own frames, and what else it changes for the code that it
/// interrupts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Touched {
    reads: Words,
    writes: Words,
    masks: Masks,
    /// The most bytes of the stack that it took, without those of handlers that interrupted it.
    depth: u32,
}

/// The masks of the core when a handler begins and when it has returned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Masks {
    #[default]
    Unknown,
    Same(u32),
    Change,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Words(Vec<u64>);

impl Touched {
    /// Notes an access; returns whether it adds anything.
    pub(super) fn note(&mut self, access: Access) -> bool {
        let mut new = false;
        for word in access.words().filter_map(index) {
            new |= access.reads() && self.reads.insert(word);
            new |= access.writes() && self.writes.insert(word);
        }
        new
    }

    /// Notes that a word is read.
    pub(super) fn note_read(&mut self, address: u32) -> bool {
        index(address).is_some_and(|word| self.reads.insert(word))
    }

    /// Notes the masks before the actor begins, or after it has returned; returns whether they differ for the first time.
    pub(super) fn note_masks(&mut self, masks: u32) -> bool {
        let known = match self.masks {
            Masks::Unknown => Masks::Same(masks),
            Masks::Same(same) if same == masks => Masks::Same(same),
            Masks::Same(_) | Masks::Change => Masks::Change,
        };
        let before = core::mem::replace(&mut self.masks, known);
        known == Masks::Change && before != known
    }

    /// Whether the actor leaves the masks other than it finds them.
    pub(super) fn changes_masks(&self) -> bool {
        self.masks == Masks::Change
    }

    /// Notes how much of the stack the actor takes; returns whether it is more than before.
    pub(super) fn note_depth(&mut self, depth: u32) -> bool {
        let is_deeper = depth > self.depth;
        self.depth = self.depth.max(depth);
        is_deeper
    }

    /// The most bytes of the stack that the actor takes, wherever its frame is aligned.
    pub(super) fn depth(&self) -> u32 {
        self.depth + PADDING
    }

    /// Whether the order of the access and of this actor makes a difference: one of them writes what the other
    /// touches. An access outside RAM is one to a lock.
    pub(super) fn conflicts(&self, access: Access) -> bool {
        access.words().any(|address| match index(address) {
            Some(word) => {
                self.writes.contains(word) || access.writes() && self.reads.contains(word)
            }
            None => true,
        })
    }
}

/// The most bytes that the alignment of a frame adds on Arm.
const PADDING: u32 = 4;

/// Whether an access lies in a frame of the code that makes it: on the stack of its core, below `frame_end`.
pub(super) fn is_own_frame(access: Access, stack: &Range<u32>, frame_end: Option<u32>) -> bool {
    let range = access.range();
    stack.contains(&range.start) && range.end <= frame_end.unwrap_or(stack.end)
}

/// Whether an access lies on this stack.
pub(super) fn is_on(stack: &Range<u32>, access: Access) -> bool {
    stack.start < access.range().end && access.range().start < stack.end
}

fn index(address: u32) -> Option<usize> {
    offset_in_ram(address).map(|offset| offset as usize / 4)
}

impl Words {
    fn insert(&mut self, word: usize) -> bool {
        let (at, bit) = (word / 64, 1 << (word % 64));
        if at >= self.0.len() {
            self.0.resize(at + 1, 0);
        }
        let new = self.0[at] & bit == 0;
        self.0[at] |= bit;
        new
    }

    fn contains(&self, word: usize) -> bool {
        self.0
            .get(word / 64)
            .is_some_and(|bits| bits >> (word % 64) & 1 != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        layout::Map,
        machine::{Arm, Core as _, Flash, Memory, Profile},
    };

    const STACK: Range<u32> = Map::ARM.ram..Map::ARM.ram + 0x400;
    const OTHER_STACK: Range<u32> = STACK.end..STACK.end + 0x400;
    const STATIC: u32 = OTHER_STACK.end;

    /// What `ldr r0, [r1]` or `str r0, [r1]` touches at an address.
    fn access(encoding: u16, address: u32) -> Access {
        // ldr r1, [pc, #0]; the instruction; the address
        let code = [0x4900, encoding, address as u16, (address >> 16) as u16];
        let bytes: Vec<u8> = code.iter().flat_map(|half| half.to_le_bytes()).collect();
        let flash = Flash::new(Map::ARM.flash, bytes);
        let mut memory = Memory::new(flash.clone(), STACK.start..STATIC + 64).with_sio();
        let mut core = Arm::new(Profile::Armv6M, &flash);
        core.boot(Map::ARM.flash, STACK);
        core.step(&mut memory).unwrap();
        core.step(&mut memory).unwrap();
        memory.access()
    }

    fn load(address: u32) -> Access {
        access(0x6808, address)
    }

    fn store(address: u32) -> Access {
        access(0x6008, address)
    }

    #[test]
    fn an_order_matters_if_one_of_both_stores() {
        let mut reader = Touched::default();
        assert!(
            reader.note(load(STATIC)) && !reader.note(load(STATIC)),
            "new once"
        );
        assert!(reader.conflicts(store(STATIC)));
        assert!(!reader.conflicts(load(STATIC)));
        assert!(!reader.conflicts(store(STATIC + 4)));
        let mut writer = Touched::default();
        writer.note(store(STATIC));
        assert!(writer.conflicts(load(STATIC)) && writer.conflicts(store(STATIC)));
        let mut check = Touched::default();
        assert!(check.note_read(STATIC) && check.conflicts(store(STATIC)));
    }

    #[test]
    fn a_lock_outside_ram_always_matters() {
        assert!(Touched::default().conflicts(load(0xd000_0100)));
    }

    #[test]
    fn a_frame_is_the_part_of_the_own_stack_below_the_entry() {
        let top = STACK.end;
        assert!(is_own_frame(load(top - 8), &STACK, None));
        assert!(is_own_frame(load(top - 8), &STACK, Some(top - 4)));
        assert!(
            !is_own_frame(load(top - 4), &STACK, Some(top - 4)),
            "the interrupted frame"
        );
        assert!(
            !is_own_frame(load(top - 8), &OTHER_STACK, None),
            "the stack of the other core"
        );
        assert!(is_on(&STACK, load(top - 8)) && !is_on(&STACK, load(STATIC)));
    }
}
