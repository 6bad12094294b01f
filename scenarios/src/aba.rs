//! ABA: a stack of free indices, whose head has its old value again, but no longer the same meaning.
//!
//! | main | other side | stack |
//! |---|---|---|
//! | loads the head, 0, and the index below it, 1 | | 0 1 2 |
//! | | pops 0 and 1, pushes 0, keeps 1 | 0 2 |
//! | exchanges 0 for 1, without tags: succeeds | | 1 …, and 1 is in use |

use crate::{Party, Report, Work, marks::Marks, once::once};
use core::ops::ControlFlow::{Break, Continue};
use indivisible::{
    atomic::{
        AtomicU8,
        Ordering::{AcqRel, Acquire, Relaxed},
    },
    id::IdAllocator,
    pool::{AtomicTaggedIndex, FreeList, TaggedIndex},
};

const INDICES: u8 = 3;
const NONE: u8 = INDICES;

pub(crate) fn run<P: Party>(party: &P, report: &mut Report<'_>) {
    let untagged = collide(party, &Stack::new(AtomicU8::new(0)));
    report.check(
        "untagged, the index that the other side keeps",
        untagged.kept,
        1,
    );
    report.check(
        "untagged, attempts of main's first pop",
        untagged.attempts,
        1,
    );
    report.wrong_version(
        "untagged, main's second pop gives that index, too",
        untagged.second == untagged.kept,
        true,
        false,
    );

    let tagged = collide(party, &Stack::new(AtomicTaggedIndex::<2>::new(0)));
    report.check("tagged, attempts of main's first pop", tagged.attempts, 2);
    report.check("tagged, main's first index", tagged.first, 0);
    report.check("tagged, main's second index", tagged.second, 2);
    report.platform(format_args!(
        "bits of the tag beside an index of two: {}",
        AtomicTaggedIndex::<2>::TAG_BITS
    ));

    free_list(party, report);
}

/// The head of a stack, with or without a tag.
trait Head: Sync {
    type Seen: Copy;

    fn load(&self) -> Self::Seen;
    fn index(seen: Self::Seen) -> u8;
    fn exchange(&self, seen: Self::Seen, new: u8) -> bool;
}

impl Head for AtomicU8 {
    type Seen = u8;

    fn load(&self) -> u8 {
        self.load(Acquire)
    }

    fn index(seen: u8) -> u8 {
        seen
    }

    fn exchange(&self, seen: u8, new: u8) -> bool {
        self.compare_exchange(seen, new, AcqRel, Relaxed).is_ok()
    }
}

impl Head for AtomicTaggedIndex<2> {
    type Seen = TaggedIndex<2>;

    fn load(&self) -> TaggedIndex<2> {
        self.load(Acquire)
    }

    fn index(seen: TaggedIndex<2>) -> u8 {
        seen.index() as u8
    }

    fn exchange(&self, seen: TaggedIndex<2>, new: u8) -> bool {
        self.compare_exchange(seen, usize::from(new), AcqRel, Relaxed)
            .is_ok()
    }
}

struct Stack<H> {
    head: H,
    below: [AtomicU8; INDICES as usize],
}

impl<H: Head> Stack<H> {
    /// 0 above 1 above 2.
    const fn new(head: H) -> Self {
        Self {
            head,
            below: [AtomicU8::new(1), AtomicU8::new(2), AtomicU8::new(NONE)],
        }
    }

    /// Calls `meanwhile` between the loads and the exchange.
    fn pop(&self, mut meanwhile: impl FnMut()) -> u8 {
        loop {
            let seen = self.head.load();
            let index = H::index(seen);
            let Some(below) = self.below.get(usize::from(index)) else {
                return NONE;
            };
            let new = below.load(Relaxed);
            meanwhile();
            if self.head.exchange(seen, new) {
                return index;
            }
        }
    }

    fn push(&self, index: u8) {
        loop {
            let seen = self.head.load();
            self.below[usize::from(index)].store(H::index(seen), Relaxed);
            if self.head.exchange(seen, index) {
                return;
            }
        }
    }
}

struct Collision {
    attempts: u32,
    first: u8,
    second: u8,
    kept: u8,
}

fn collide<P: Party, H: Head>(party: &P, stack: &Stack<H>) -> Collision {
    let kept = AtomicU8::new(u8::MAX);
    let other = || {
        let top = stack.pop(|| {});
        kept.store(stack.pop(|| {}), Relaxed);
        stack.push(top);
    };
    let mut step = once(|| party.step(&other));
    let mut attempts = 0;
    let first = stack.pop(|| {
        attempts += 1;
        step();
    });
    let second = stack.pop(|| {});
    Collision {
        attempts,
        first,
        second,
        kept: kept.load(Relaxed),
    }
}

/// The library's list, with four workers that take an index and give it back.
fn free_list<P: Party>(party: &P, report: &mut Report<'_>) {
    let (list, owned) = (FreeList::<4>::new(), Marks::new());
    let rounds = IdAllocator::<u8>::with_limit(100);
    let taken = AtomicU8::new(0);
    let work: Work<'_> = &|| {
        if rounds.allocate().is_err() {
            return Break(());
        }
        if let Some(slot) = list.pop() {
            owned.mark(slot.index() as u8);
            owned.unmark(slot.index() as u8);
            drop(slot);
            taken.fetch_add(1, Relaxed);
        }
        Continue(())
    };
    party.run(&[work; 4], || ());
    report.check(
        "free list, indices taken and given back",
        taken.load(Relaxed),
        100,
    );
    report.check("free list, indices with two owners", owned.twice(), 0);
}
