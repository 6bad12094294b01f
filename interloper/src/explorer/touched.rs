//! The words that each party touches: what decides where an interrupt makes a difference.

use crate::{
    layout::{RAM, STACKS},
    machine::Access,
};

/// The words that one actor reads and writes, apart from its own frames.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Touched {
    reads: Words,
    writes: Words,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Words(Vec<u64>);

impl Touched {
    /// Notes an access; tells whether there is anything new.
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

/// Whether an access lies in a frame of the code that makes it: on the stack of its core, below `frame_end`.
pub(super) fn is_own_frame(access: Access, core: usize, frame_end: Option<u32>) -> bool {
    let (stack, range) = (&STACKS[core], access.range());
    stack.contains(&range.start) && range.end <= frame_end.unwrap_or(stack.end)
}

/// Whether an access lies on any stack.
pub(super) fn is_on_a_stack(access: Access) -> bool {
    STACKS
        .iter()
        .any(|stack| stack.start < access.range().end && access.range().start < stack.end)
}

fn index(address: u32) -> Option<usize> {
    // RAM ends long before the locks of the RP2040.
    address
        .checked_sub(RAM)
        .filter(|&offset| offset < 0x1000_0000)
        .map(|offset| offset as usize / 4)
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
