//! One writer and a ring of slots: the algorithm under `Latest` and `ShardedStats`.
//!
//! Publication `n` goes to slot `n % SLOTS`, and then `seq` becomes `n`. A reader loads `seq`, copies that
//! slot, and loads `seq` again.
//!
//! # Protocol
//!
//! | | writer: publication n + 1 | | reader |
//! |---|---|---|---|
//! | 1 | `fence(Release)` | a | `seq` = s, Acquire |
//! | 2 | words of slot (n + 1) % SLOTS, Relaxed | b | words of slot s % SLOTS, Relaxed |
//! | 3 | `seq` = n + 1, Release | c | `fence(Acquire)` |
//! | | | d | `seq` = e, Relaxed: the copy is whole if e - s < SLOTS - 1 |
//!
//! # Proof
//!
//! 1. Step 3 of publication s synchronizes with a, so b reads no word older than publication s.
//! 2. The next publication that writes to this slot is s + SLOTS. Its fence 1 comes after step 3 of
//!    publication s + SLOTS - 1 and before its own step 2.
//! 3. Suppose that b reads a word of publication s + SLOTS, or of a later one. Fence 1 of that publication
//!    then synchronizes with fence c, so step 3 of publication s + SLOTS - 1 happens before d, and
//!    e >= s + SLOTS - 1.
//! 4. So a copy with e - s < SLOTS - 1 has words of publication s only. With two slots this means e = s:
//!    while `seq` is s + 1, the writer may already be filling slot s again.
//!
//! Without fence 1, a word of step 2 could become visible before the previous step 3; without fence c,
//! the load d could precede a load of b.
//!
//! A copy is the last value at the time of a, and the values that one reader sees never go back: a is a load
//! of one word, and each such load returns the same number as the previous one or a later one.
//!
//! # Wrap-around
//!
//! 0 means that there is no value, so `seq` continues with `SLOTS` after `usize::MAX`: the slot that 0 would
//! have. A copy made across the wrap-around shows a distance that is `SLOTS` too large, so it is retried. A torn
//! copy is accepted only if `seq` runs through nearly all of its values during one copy: on 32 bits, four thousand
//! million publications.

use super::words::{Stored, Words};
use crate::sync::{
    IS_BARE,
    Ordering::{Acquire, Relaxed, Release},
    impl_zero,
    plain::{self, fence},
    zero,
};
use core::{fmt, hint::spin_loop, marker::PhantomData};

type Slot<T> = <<T as Words>::Repr as Stored>::Atomics;

/// The order of the fields is part of the algorithm. A read needs `seq` and a slot at the same time, and
/// where they lie on two cache lines, the writer of another core takes one of them away while the
/// reader fetches the other: beside a writer that never pauses, a read took 20 to 30 times as long as
/// with `seq` before the slots. Left alone, rustc puts `seq` behind them.
#[repr(C)]
pub(crate) struct Ring<T: Words, const SLOTS: usize> {
    /// The number of the last publication; its last bits are the index of the slot.
    seq: plain::AtomicUsize,
    slots: [Slot<T>; SLOTS],
    value: PhantomData<fn(T) -> T>,
}

impl<T: Words, const SLOTS: usize> Ring<T, SLOTS> {
    #[cfg_attr(no_const, no_const::no_const)]
    pub(crate) const fn new() -> Self {
        const {
            assert!(
                SLOTS >= 2 && SLOTS.is_power_of_two(),
                "SLOTS is 2, 4, 8 or a higher power of two"
            );
        }
        Self {
            seq: plain::AtomicUsize::new(0),
            slots: zero!([Slot<T>; SLOTS]),
            value: PhantomData,
        }
    }

    /// The number of the last publication, for a copy of its words.
    #[inline(always)]
    pub(crate) fn seq(&self) -> usize {
        self.seq.load(Acquire) // a
    }

    /// The same where no words are read, or by the writer, which made the number itself.
    #[inline(always)]
    pub(crate) fn seq_alone(&self) -> usize {
        self.seq.load(Relaxed)
    }

    /// A copy of the words of publication `seq`, torn unless [`is_whole`](Self::is_whole) is true of it.
    #[inline(always)]
    pub(crate) fn words(&self, seq: usize) -> T::Repr {
        Stored::load(&self.slots[seq % SLOTS]) // b
    }

    /// Whether the words of publication `seq`, read before, are all of that publication.
    #[inline(always)]
    pub(crate) fn is_whole(&self, seq: usize) -> bool {
        fence(Acquire); // c
        self.seq.load(Relaxed).wrapping_sub(seq) < SLOTS - 1 // d
    }

    /// One attempt to copy the last words and their number, unless that is `seen`; 0 is the number of no value.
    #[inline(always)]
    fn look(&self, seen: usize) -> Result<Option<(usize, T::Repr)>, ContendedError> {
        let seq = self.seq();
        if seq == seen {
            return Ok(None);
        }
        let words = self.words(seq);
        if self.is_whole(seq) {
            Ok(Some((seq, words)))
        } else {
            Err(ContendedError)
        }
    }

    #[cold]
    #[inline(never)]
    fn look_again(&self, seen: usize) -> Option<(usize, T::Repr)> {
        loop {
            spin_loop();
            if let Ok(found) = self.look(seen) {
                return found;
            }
        }
    }

    /// `from_words` is the user's, and must not see torn words: the copy has been checked.
    #[inline(always)]
    fn convert((seq, words): (usize, T::Repr)) -> (usize, T) {
        (seq, T::from_words(words))
    }

    /// One attempt to read the last value and its number, unless that is `seen`.
    #[inline(always)]
    pub(crate) fn try_read(&self, seen: usize) -> Result<Option<(usize, T)>, ContendedError> {
        Ok(self.look(seen)?.map(Self::convert))
    }

    /// Attempts it until it succeeds.
    ///
    /// On a host the retries are out of line, so that the first attempt is straight code. Each arm converts for
    /// itself: with one conversion for both, the words of the first attempt go through memory, where the
    /// retries return theirs. Bare metal keeps one copy of the code.
    #[inline(always)]
    pub(crate) fn read(&self, seen: usize) -> Option<(usize, T)> {
        loop {
            match self.look(seen) {
                Ok(found) => return found.map(Self::convert),
                Err(ContendedError) if IS_BARE => {}
                Err(ContendedError) => return self.look_again(seen).map(Self::convert),
            }
        }
    }

    /// The last value, read by the writer: nothing is being written.
    #[inline]
    pub(crate) fn last(&self) -> Option<T> {
        let seq = self.seq_alone();
        (seq != 0).then(|| T::from_words(self.words(seq)))
    }

    /// Publishes `words` after publication `seq`, which is the last. The caller is the only writer.
    #[inline(always)]
    pub(crate) fn publish_after(&self, seq: usize, words: T::Repr) {
        let next = match seq.wrapping_add(1) {
            0 => SLOTS,
            next => next,
        };
        fence(Release); // 1
        words.store(&self.slots[next % SLOTS]); // 2
        self.seq.store(next, Release); // 3
    }

    /// How many publications follow number `seen` up to number `seq`.
    #[inline(always)]
    pub(crate) const fn between(seen: usize, seq: usize) -> usize {
        // The numbers from 0 to SLOTS - 1 are skipped at the wrap-around.
        let skipped = if seq < seen { SLOTS } else { 0 };
        seq.wrapping_sub(seen).wrapping_sub(skipped)
    }
}

impl_zero! { [T: Words, const SLOTS: usize] Ring<T, SLOTS> = Self::new(); }

/// A writer interfered with every attempt: each copy could have been torn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ContendedError;

impl fmt::Display for ContendedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a writer interfered with every attempt")
    }
}

impl core::error::Error for ContendedError {}

#[cfg(test)]
mod tests {
    use super::{ContendedError, Ring};
    use core::{mem::offset_of, sync::atomic::Ordering::Relaxed};
    use std::vec::Vec;

    /// A read between whose loads `PUBLISHED` publications complete.
    fn beside<const SLOTS: usize>(published: usize) -> bool {
        let ring = Ring::<usize, SLOTS>::new();
        ring.publish_after(0, 7);
        let seq = ring.seq();
        let word = ring.words(seq);
        for n in 1..=published {
            ring.publish_after(n, 7 + n);
        }
        let whole = ring.is_whole(seq);
        assert!(!whole || word == 7);
        whole
    }

    #[test]
    fn a_copy_survives_all_publications_but_those_that_may_reach_its_slot() {
        let survived = |beside: fn(usize) -> bool| (0..16).take_while(|n| beside(*n)).count();
        assert_eq!(survived(beside::<2>), 1);
        assert_eq!(survived(beside::<4>), 3);
        assert_eq!(survived(beside::<8>), 7);
    }

    fn wraps_around<const SLOTS: usize>() {
        let ring = Ring::<u8, SLOTS>::new();
        ring.seq.store(usize::MAX - 1, Relaxed);
        let mut seen = ring.seq_alone();
        let mut distances = Vec::new();
        for value in 0..4 {
            ring.publish_after(ring.seq_alone(), usize::from(value));
            let (seq, read) = ring.try_read(0).unwrap().unwrap();
            assert_eq!((read, ring.last()), (value, Some(value)));
            distances.push(Ring::<u8, SLOTS>::between(seen, seq));
            seen = seq;
        }
        assert_eq!(distances, [1; 4]);
        assert_eq!(Ring::<u8, SLOTS>::between(usize::MAX - 1, seen), 4);
    }

    #[test]
    fn numbers_wrap_around_past_the_ones_that_mean_no_value() {
        wraps_around::<2>();
        wraps_around::<4>();
    }

    #[test]
    fn a_copy_across_the_wrap_around_is_refused() {
        let ring = Ring::<usize, 4>::new();
        ring.seq.store(usize::MAX, Relaxed);
        let seq = ring.seq();
        assert!(ring.is_whole(seq));
        ring.publish_after(seq, 1);
        assert!(!ring.is_whole(seq));
    }

    #[test]
    fn a_retry_finds_what_the_first_attempt_would_have_found() {
        let ring = Ring::<u8, 2>::new();
        assert_eq!(ring.look_again(0), None);
        ring.publish_after(0, 7);
        assert_eq!(ring.look_again(0), Some((1, 7)));
        assert_eq!(ring.look_again(1), None);
    }

    /// See the reason at [`Ring`].
    #[test]
    fn the_number_comes_before_the_slots() {
        type It = Ring<[usize; 4], 2>;
        assert_eq!(offset_of!(It, seq), 0);
        assert_eq!(offset_of!(It, slots), size_of::<usize>());
    }

    #[test]
    fn the_error_is_a_sentence() {
        use std::string::ToString;
        assert_eq!(
            ContendedError.to_string(),
            "a writer interfered with every attempt"
        );
    }
}
