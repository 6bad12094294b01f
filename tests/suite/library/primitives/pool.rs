use core::sync::atomic::{
    AtomicBool, AtomicUsize,
    Ordering::{AcqRel, Acquire, Relaxed},
};
use indivisible::pool::{AtomicTaggedIndex, FreeList, Handle, Pool, Slot};
use integration_tests::race;
use proptest::{collection::vec, prelude::*, sample::Index};

const BITS: u32 = 3;

/// Compares with the current value, or with an earlier one.
type Exchange = (Option<Index>, usize);

proptest! {
    /// The tag counts the exchanges, and an exchange succeeds only from the current index and tag.
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
    fn free_list_as_a_stack(steps in vec(step(), 0..200)) {
        free_list_model::<1>(&steps)?;
        free_list_model::<4>(&steps)?;
        free_list_model::<7>(&steps)?;
    }

    #[test]
    fn pool_as_the_model(steps in vec(step(), 0..200)) {
        pool_model::<1>(&steps)?;
        pool_model::<4>(&steps)?;
        pool_model::<7>(&steps)?;
    }
}

#[test]
fn index_and_tag_share_the_word() {
    assert_eq!(AtomicTaggedIndex::<0>::TAG_BITS, usize::BITS);
    assert_eq!(AtomicTaggedIndex::<BITS>::TAG_BITS, usize::BITS - BITS);
    assert_eq!(FreeList::<0>::TAG_BITS, usize::BITS);
    // One more than the number of indices, for the end of the list.
    assert_eq!(FreeList::<7>::TAG_BITS, usize::BITS - 3);
    assert_eq!(FreeList::<8>::TAG_BITS, usize::BITS - 4);
}

#[derive(Clone, Debug)]
enum Step {
    Take,
    Drop(Index),
    /// Made raw, and the later use of the raw index.
    Raw(Index),
    FromRaw(Index),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => Just(Step::Take),
        2 => any::<Index>().prop_map(Step::Drop),
        1 => any::<Index>().prop_map(Step::Raw),
        1 => any::<Index>().prop_map(Step::FromRaw),
    ]
}

/// Removes one of `all`, if there is one.
fn one_of<T>(all: &mut Vec<T>, which: &Index) -> Option<T> {
    (!all.is_empty()).then(|| all.swap_remove(which.index(all.len())))
}

fn free_list_model<const N: usize>(steps: &[Step]) -> Result<(), TestCaseError> {
    let list = FreeList::<N>::new();
    let mut free: Vec<usize> = (0..N).rev().collect();
    let mut owned: Vec<Slot<'_, N>> = Vec::new();
    let mut raw: Vec<usize> = Vec::new();
    for step in steps {
        match step {
            Step::Take => {
                let popped = list.pop();
                prop_assert_eq!(popped.as_ref().map(Slot::index), free.pop());
                owned.extend(popped);
            }
            Step::Drop(which) => {
                if let Some(slot) = one_of(&mut owned, which) {
                    free.push(slot.index());
                }
            }
            Step::Raw(which) => raw.extend(one_of(&mut owned, which).map(Slot::into_raw)),
            Step::FromRaw(which) => {
                // Any number: it becomes a slot if it is a raw index.
                let number = which.index(N + 2);
                let slot = list.from_raw(number);
                let place = raw.iter().position(|it| *it == number);
                prop_assert_eq!(
                    slot.as_ref().map(Slot::index),
                    place.map(|it| raw.swap_remove(it))
                );
                owned.extend(slot);
            }
        }
    }
    prop_assert_eq!(free.len() + owned.len() + raw.len(), N);
    Ok(())
}

/// A value with a number that counts the live ones.
#[derive(Debug)]
struct Live<'a>(usize, &'a AtomicUsize);

impl<'a> Live<'a> {
    fn new(number: usize, live: &'a AtomicUsize) -> Self {
        live.fetch_add(1, Relaxed);
        Self(number, live)
    }
}

impl Drop for Live<'_> {
    fn drop(&mut self) {
        self.1.fetch_sub(1, Relaxed);
    }
}

fn pool_model<const N: usize>(steps: &[Step]) -> Result<(), TestCaseError> {
    let live = AtomicUsize::new(0);
    let pool = Pool::<Live<'_>, N>::new();
    let mut owned = Vec::new();
    let mut raw = Vec::new();
    for (number, step) in steps.iter().enumerate() {
        match step {
            Step::Take => {
                let is_full = owned.len() + raw.len() == N;
                match pool.try_alloc(Live::new(number, &live)) {
                    Ok(handle) => owned.push((number, handle)),
                    Err(value) => prop_assert_eq!((value.0, is_full), (number, true)),
                }
            }
            Step::Drop(which) => drop(one_of(&mut owned, which)),
            Step::Raw(which) => {
                let handle = one_of(&mut owned, which);
                raw.extend(handle.map(|(number, handle)| (number, Handle::into_raw(handle))));
            }
            Step::FromRaw(which) => {
                let taken = one_of(&mut raw, which);
                owned.extend(taken.map(|(number, pointer)| {
                    #[allow(unsafe_code, reason = "its contract is kept")]
                    // SAFETY: the pointer is from this pool's `into_raw`, and leaves the list of those.
                    let handle = unsafe { pool.from_raw(pointer) };
                    (number, handle)
                }));
            }
        }
        prop_assert_eq!(live.load(Relaxed), owned.len() + raw.len());
        for (number, handle) in &owned {
            prop_assert_eq!(handle.0, *number);
        }
    }
    Ok(())
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
                if let Some(slot) = list.pop() {
                    assert!(!owned[slot.index()].swap(true, Relaxed), "two owners");
                    held.push(slot);
                }
                // Alternately one and several: the same indices become head again.
                if held.len() > (round + number) % N {
                    for slot in held.drain(..) {
                        assert!(owned[slot.index()].swap(false, Relaxed));
                    }
                }
            }
            for slot in held {
                assert!(owned[slot.index()].swap(false, Relaxed));
            }
        });
        let left: Vec<_> = core::iter::from_fn(|| list.pop()).collect();
        assert_eq!(left.len(), N, "an index is lost: {left:?}");
    }
}

/// Each number is sent to all threads; one of them makes a slot from it.
#[test]
fn only_one_thread_gets_a_raw_index() {
    const N: usize = 4;
    let list = FreeList::<N>::new();
    let slots = AtomicUsize::new(0);
    let rounds = 2_000;
    let popped: Vec<usize> = race(4, |_| {
        let mut popped = 0;
        for round in 0..rounds {
            if let Some(slot) = list.pop() {
                popped += 1;
                let _ = slot.into_raw();
            }
            if let Some(slot) = list.from_raw(round % N) {
                slots.fetch_add(1, Relaxed);
                drop(slot);
            }
        }
        popped
    });
    let raw: Vec<_> = (0..N).filter_map(|index| list.from_raw(index)).collect();
    assert_eq!(
        popped.iter().sum::<usize>(),
        slots.load(Relaxed) + raw.len()
    );
    drop(raw);
    let free: Vec<_> = core::iter::from_fn(|| list.pop()).collect();
    assert_eq!(free.len(), N);
}

/// Values that are not words, moved between threads through boxes: each is untorn, and dropped once.
#[test]
fn every_box_has_one_value() {
    const N: usize = 3;
    for threads in 2..=8 {
        let live = AtomicUsize::new(0);
        let pool = Pool::<([usize; 5], Live<'_>), N>::new();
        race(threads, |number| {
            let mut held: Vec<(usize, Handle<'_, _, N>)> = Vec::new();
            for round in 0..2_000 {
                let mark = number * 10_000 + round;
                let value = ([mark; 5], Live::new(mark, &live));
                if let Ok(mut handle) = pool.try_alloc(value) {
                    handle.0[0] += 1;
                    held.push((mark, handle));
                }
                if held.len() > (round + number) % N {
                    for (mark, mut handle) in held.drain(..) {
                        handle.0[0] -= 1;
                        assert_eq!(
                            handle.0, [mark; 5],
                            "another context has written to the box"
                        );
                        assert_eq!(handle.1.0, mark);
                    }
                }
            }
        });
        assert_eq!(
            live.load(Relaxed),
            0,
            "a value is lost, or was dropped twice"
        );
    }
}
