//! The last value of one writer, several words at once, for readers that never block it.
//!
//! # Two slots and a sequence number
//!
//! `seq` counts what was published; its last bit says in which of two slots the last value is. The
//! writer fills the other slot and then counts up. A reader copies the published slot between two looks
//! at `seq`, and keeps the copy if the second look sees what the first saw.
//!
//! ```text
//!   writer                              reader
//!   seq is 4: slot 0 is published
//!                                       seq is 4: copies slot 0
//!   fills slot 1
//!                                       seq is still 4: keeps the copy
//!   seq = 5: slot 1 is published
//!   fills slot 0
//!                                       (had it copied slot 0 only now: seq is 5, once more)
//! ```
//!
//! A reader that *preempted* the writer finds `seq` standing still and succeeds at once: with an
//! odd-even seqlock it would wait for what it preempted, for ever. A reader that is preempted *by* the
//! writer looks again once for each preemption that published. Beside another core's or thread's writer
//! a read is lock-free, and may starve: [`Latest::try_read`] gives up instead.
//!
//! # Memory ordering
//!
//! | | writer | | reader |
//! |---|---|---|---|
//! | 1 | `fence(Release)` | a | `seq`, Acquire |
//! | 2 | words of the idle slot, Relaxed | b | words of the published slot, Relaxed |
//! | 3 | `seq + 1`, Release | c | `fence(Acquire)` |
//! | | | d | `seq`, Relaxed |
//!
//! - 3 with a: who sees the new number sees the words.
//! - 1 and 2 with b and c: who sees a word of a *later* write sees at d that the number before that
//!   write was published, at least. Fence 1 comes after that publication and before the word; without
//!   it the word could overtake the publication before, and without fence c the second look could be
//!   done before the words were read.
//!
//! So a copy whose two looks agree has no word of a later write, and none of an earlier one.
//!
//! One number in `usize::MAX` comes again: a reader preempted for exactly as many publications keeps a
//! torn copy. On 32 bits that takes 4 thousand million publications during one read.

mod payload;

pub(crate) use payload::WIDE;

use crate::sync::{
    Claim,
    Ordering::{Acquire, Relaxed, Release},
    const_fn,
    plain::{self, fence},
    zero, zero_is_new,
};
use core::{fmt, hint::spin_loop, marker::PhantomData};

/// A value that travels as a few machine words.
///
/// Implemented for integers, floats and booleans, for arrays, pairs and triples of those that fit into
/// one word, and for [`Summary`](crate::summary::Summary). For a type of your own:
///
/// ```
/// use indivisible::latest::Payload;
///
/// #[derive(Clone, Copy)]
/// struct Reading {
///     millivolts: u16,
///     at: u32,
/// }
///
/// impl Payload for Reading {
///     type Words = [usize; 2];
///
///     fn into_words(self) -> [usize; 2] {
///         [self.millivolts as usize, self.at as usize]
///     }
///
///     fn from_words([millivolts, at]: [usize; 2]) -> Self {
///         Self { millivolts: millivolts as u16, at: at as u32 }
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say how it travels as machine words",
    note = "implement `Payload` with `type Words = [usize; N]`; on 32 bits a `u64` is two words"
)]
pub trait Payload: Copy {
    /// `[usize; N]`.
    type Words: WordArray;

    /// The words of the value.
    fn into_words(self) -> Self::Words;

    /// The value of words that [`into_words`](Self::into_words) returned together.
    ///
    /// A torn copy never reaches it: words are converted after the second look at the sequence number.
    fn from_words(words: Self::Words) -> Self;
}

/// `[usize; N]`, as [`Payload::Words`]. Sealed.
pub trait WordArray: sealed::WordArray {}
impl<const N: usize> WordArray for [usize; N] {}

mod sealed {
    #![allow(private_bounds, reason = "the seal")]

    use super::{Relaxed, each, plain};
    use crate::sync::Zero;

    pub trait WordArray: Copy {
        type Atomics: Zero;

        /// Each word on its own.
        fn load(from: &Self::Atomics) -> Self;

        /// Each word on its own.
        fn store(self, to: &Self::Atomics);
    }

    impl<const N: usize> WordArray for [usize; N] {
        type Atomics = [plain::AtomicUsize; N];

        #[inline(always)]
        fn load(from: &Self::Atomics) -> Self {
            let mut words = [0; N];
            each::<N>(|i| words[i] = from[i].load(Relaxed));
            words
        }

        #[inline(always)]
        fn store(self, to: &Self::Atomics) {
            each::<N>(|i| to[i].store(self[i], Relaxed));
        }
    }
}

/// `for i in 0..N`, written out up to 8: where the compiler does not unroll (`opt-level = "s"`), a loop
/// costs three times as many instructions.
#[inline(always)]
pub(crate) fn each<const N: usize>(mut f: impl FnMut(usize)) {
    macro_rules! written_out {
        ($($i:literal)*) => { $( if $i < N { f($i); } )* };
    }
    written_out! { 0 1 2 3 4 5 6 7 }
    for i in 8..N {
        f(i);
    }
}

type Slot<T> = <<T as Payload>::Words as sealed::WordArray>::Atomics;

/// The last value that its one writer published, whole.
///
/// Tier 1: load and store only, with interrupts never masked; [`claim`](Self::claim) alone is tier 2, once.
/// Reader and writer may be in interrupt handlers of any priorities. Publishing is wait-free: on a
/// Cortex-M0, 20 instructions for four words.
///
/// # In a bare `static`
///
/// A handler claims the writer on its first entry and keeps it:
///
/// ```
/// use indivisible::latest::{Latest, Writer};
///
/// static LATEST: Latest<(u16, u32)> = Latest::new();
///
/// // With cortex-m-rt: `#[exception] fn SysTick()`, with WRITER as its local `static mut`.
/// fn handler(writer: &mut Option<Writer<'static, (u16, u32)>>) {
///     if writer.is_none() {
///         *writer = LATEST.claim();
///     }
///     if let Some(writer) = writer {
///         writer.publish((3_300, 7));
///     }
/// }
///
/// let mut writer = None;
/// assert_eq!(LATEST.read(), None);
/// handler(&mut writer);
/// assert_eq!(LATEST.read(), Some((3_300, 7)));
/// ```
///
/// Where `&mut` can be had (an RTIC local, `StaticCell`, `#[entry] static mut`), [`split`](Self::split)
/// needs no claim.
pub struct Latest<T: Payload> {
    /// How many values were published, skipping 0 when it wraps around; written by the writer.
    seq: plain::AtomicUsize,
    /// The published one by `seq`'s last bit; the writer fills the other.
    slots: [Slot<T>; 2],
    claim: Claim,
    value: PhantomData<fn(T) -> T>,
}

impl<T: Payload> Latest<T> {
    const_fn! {
        /// Creates it without a value.
        pub fn new() -> Self {
            Self {
                seq: plain::AtomicUsize::new(0),
                slots: zero!([Slot<T>; 2]),
                claim: Claim::new(),
                value: PhantomData,
            }
        }
    }

    /// The one writer, and the shared side to read: tier 1.
    ///
    /// There is no writer to claim after that.
    pub fn split(&mut self) -> (Writer<'_, T>, &Self) {
        self.claim.end();
        let this = &*self;
        (this.writer(), this)
    }

    /// The one writer, for whoever asks first; `None` for everybody after.
    ///
    /// Tier 2, one read-modify-write. Dropping the writer does not bring the claim back.
    #[cfg(tier2)]
    pub fn claim(&self) -> Option<Writer<'_, T>> {
        self.claim.take().then(|| self.writer())
    }

    /// The caller sees to it that there is one.
    pub(crate) fn writer(&self) -> Writer<'_, T> {
        Writer { latest: self }
    }

    /// The last value published; `None` before the first.
    ///
    /// Looks again for each publication that gets in between. In a context that the writer cannot
    /// preempt, and on the writer's core, that is never.
    #[inline]
    pub fn read(&self) -> Option<T> {
        loop {
            if let Ok(value) = self.look() {
                return value;
            }
            spin_loop();
        }
    }

    /// The last value published, in at most `rounds` looks.
    ///
    /// # Errors
    ///
    /// [`Contended`] where a publication got in between each time.
    #[inline]
    pub fn try_read(&self, rounds: u32) -> Result<Option<T>, Contended> {
        for _ in 0..rounds {
            if let Ok(value) = self.look() {
                return Ok(value);
            }
        }
        Err(Contended)
    }

    #[inline(always)]
    fn look(&self) -> Result<Option<T>, Contended> {
        let seq = self.seq();
        if seq == 0 {
            return Ok(None);
        }
        let words = self.words(seq);
        fence(Acquire); // c
        if self.seq.load(Relaxed) == seq {
            // Only now: before, the words could be of two publications, and `from_words` is the user's.
            Ok(Some(T::from_words(words)))
        } else {
            Err(Contended)
        }
    }

    /// Acquire: the words of the slot that it names come with it.
    #[inline(always)]
    pub(crate) fn seq(&self) -> usize {
        self.seq.load(Acquire) // a
    }

    /// The words of publication `seq`, torn if the writer fills that slot again meanwhile.
    #[inline(always)]
    pub(crate) fn words(&self, seq: usize) -> T::Words {
        sealed::WordArray::load(&self.slots[seq & 1]) // b
    }
}

zero_is_new! { [T: Payload] Latest<T> }

impl<T: Payload> Default for Latest<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Payload + fmt::Debug> fmt::Debug for Latest<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Latest").field(&self.try_read(1)).finish()
    }
}

#[cfg(feature = "defmt")]
impl<T: Payload + defmt::Format> defmt::Format for Latest<T> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Latest({})", self.try_read(1));
    }
}

/// The one writer of a [`Latest`].
pub struct Writer<'a, T: Payload> {
    latest: &'a Latest<T>,
}

impl<T: Payload> Writer<'_, T> {
    /// Publishes `value`: wait-free, with no interrupt masked.
    #[inline]
    pub fn publish(&mut self, value: T) {
        self.publish_after(self.latest.seq.load(Relaxed), value);
    }

    /// What was published last.
    #[inline]
    #[must_use]
    pub fn last(&self) -> Option<T> {
        let seq = self.latest.seq.load(Relaxed);
        // The words are whole: the only writer is borrowed.
        (seq != 0).then(|| T::from_words(self.latest.words(seq)))
    }

    /// Publishes `f` of what was published last, or of zero words.
    #[inline(always)]
    pub(crate) fn change(&mut self, f: impl FnOnce(T) -> T) {
        let seq = self.latest.seq.load(Relaxed);
        self.publish_after(seq, f(T::from_words(self.latest.words(seq))));
    }

    #[inline(always)]
    fn publish_after(&mut self, seq: usize, value: T) {
        // 0 means that there is no value; 2 is the same slot.
        let next = match seq.wrapping_add(1) {
            0 => 2,
            next => next,
        };
        fence(Release); // 1
        sealed::WordArray::store(value.into_words(), &self.latest.slots[next & 1]); // 2
        self.latest.seq.store(next, Release); // 3
    }
}

impl<T: Payload + fmt::Debug> fmt::Debug for Writer<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Writer").field(&self.last()).finish()
    }
}

#[cfg(feature = "defmt")]
impl<T: Payload + defmt::Format> defmt::Format for Writer<'_, T> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Writer({})", self.last());
    }
}

/// Others published or recorded in between, every time: what was read would have been torn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Contended;

impl fmt::Display for Contended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("others were writing each time it was read")
    }
}

impl core::error::Error for Contended {}

#[cfg(test)]
mod tests {
    use super::{Contended, Latest};
    use core::sync::atomic::Ordering::Relaxed;

    #[test]
    fn the_last_value_is_read_and_the_first_is_none() {
        let mut latest = Latest::new();
        let (mut writer, reader) = latest.split();
        assert_eq!((reader.read(), writer.last()), (None, None));
        for value in 1..=3_u64 {
            writer.publish(value << 40);
            assert_eq!(
                (reader.read(), writer.last()),
                (Some(value << 40), Some(value << 40))
            );
        }
        assert_eq!(reader.try_read(0), Err(Contended));
    }

    #[test]
    fn there_is_one_claim() {
        let latest = Latest::<u32>::new();
        assert!(latest.claim().is_some());
        assert!(latest.claim().is_none());
        let mut latest = Latest::<u32>::new();
        let (_writer, reader) = latest.split();
        assert!(reader.claim().is_none());
    }

    #[test]
    fn it_is_not_empty_again_when_the_number_wraps_around() {
        let mut latest = Latest::new();
        latest.seq.store(usize::MAX, Relaxed);
        let (mut writer, reader) = latest.split();
        for value in 1..=3_u8 {
            writer.publish(value);
            assert_eq!(reader.read(), Some(value));
        }
    }
}
