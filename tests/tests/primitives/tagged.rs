use crate::race;
use core::sync::atomic::{
    AtomicBool,
    Ordering::{AcqRel, Acquire, Relaxed},
};
use indivisible::tagged::{AtomicTaggedIndex, FreeIndex, FreeList};
use proptest::{collection::vec, prelude::*, sample::Index};

const BITS: u32 = 3;

/// From what is there, or from something older.
type Exchange = (Option<Index>, usize);

proptest! {
    /// The tag counts the exchanges, and nothing else succeeds than the newest of both.
    #[test]
    fn tagged_as_the_model(initial: usize, exchanges in vec(any::<Exchange>(), 0..40)) {
        let word = AtomicTaggedIndex::<BITS>::new(initial);
        let mut seen = vec![word.load(Acquire)];
        let mut index = initial % 8;
        for (older, new) in exchanges {
            let now = word.load(Acquire);
            prop_assert_eq!((now.index(), now.tag()), (index, seen.len() - 1));
            prop_assert_eq!(now, seen[seen.len() - 1]);
            let current = older.map_or(now, |it| *it.get(&seen));
            let exchanged = word.compare_exchange(current, new, AcqRel, Acquire);
            if current.tag() == now.tag() {
                prop_assert_eq!(exchanged, Ok(now));
                index = new % 8;
                seen.push(word.load(Acquire));
            } else {
                prop_assert_eq!(exchanged, Err(now));
            }
        }
    }

    #[test]
    fn free_list_as_a_stack(steps in vec(prop::option::of(any::<Index>()), 0..200)) {
        free_list_model::<1>(&steps)?;
        free_list_model::<4>(&steps)?;
        free_list_model::<7>(&steps)?;
    }
}

#[test]
fn index_and_tag_share_the_word() {
    assert_eq!(AtomicTaggedIndex::<0>::TAG_BITS, usize::BITS);
    assert_eq!(AtomicTaggedIndex::<BITS>::TAG_BITS, usize::BITS - BITS);
    assert_eq!(FreeList::<0>::TAG_BITS, usize::BITS);
    // One more than there are indices, for the end of the list.
    assert_eq!(FreeList::<7>::TAG_BITS, usize::BITS - 3);
    assert_eq!(FreeList::<8>::TAG_BITS, usize::BITS - 4);
}

/// `None` pops, `Some` pushes one of those that are out.
fn free_list_model<const N: usize>(steps: &[Option<Index>]) -> Result<(), TestCaseError> {
    let list = FreeList::<N>::new();
    let mut free: Vec<usize> = (0..N).rev().collect();
    let mut out: Vec<FreeIndex<'_, N>> = Vec::new();
    for step in steps {
        match step {
            Some(which) if !out.is_empty() => {
                let index = out.swap_remove(which.index(out.len()));
                free.push(index.get());
                prop_assert!(list.push(index).is_ok());
            }
            _ => {
                let popped = list.pop();
                prop_assert_eq!(popped.as_ref().map(FreeIndex::get), free.pop());
                out.extend(popped);
            }
        }
    }
    Ok(())
}

#[test]
fn anothers_index_comes_back_as_an_error() {
    let (one, other) = (FreeList::<2>::new(), FreeList::<2>::new());
    let index = other.push(one.pop().unwrap()).unwrap_err();
    assert_eq!(index.get(), 0);
    assert!(one.push(index).is_ok());
    assert_eq!(other.pop().map(|it| it.get()), Some(0));
}

#[test]
fn every_index_has_one_owner() {
    const N: usize = 3;
    for threads in 2..=8 {
        let list = FreeList::<N>::default();
        let owned: [AtomicBool; N] = Default::default();
        race(threads, |number| {
            let mut held = Vec::new();
            for round in 0..4_000 {
                if let Some(index) = list.pop() {
                    assert!(!owned[index.get()].swap(true, Relaxed), "two owners");
                    held.push(index);
                }
                // Now one at a time, now several: heads come back with the same index.
                if held.len() > (round + number) % N {
                    for index in held.drain(..) {
                        assert!(owned[index.get()].swap(false, Relaxed));
                        assert!(list.push(index).is_ok());
                    }
                }
            }
            for index in held {
                assert!(owned[index.get()].swap(false, Relaxed));
                assert!(list.push(index).is_ok());
            }
        });
        let left: Vec<_> = core::iter::from_fn(|| list.pop())
            .map(|it| it.get())
            .collect();
        assert_eq!(left.len(), N, "an index is lost: {left:?}");
    }
}
