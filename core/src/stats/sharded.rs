//! Exact statistics by loads and stores alone: a shard for each context that records, merged on read.
//!
//! Each shard is a [`Ring`] of sums. Its recorder is its only writer, and publishes a new sum for each record.
//! A snapshot first finds an instant, and then copies what was published at that instant:
//!
//! | | snapshot |
//! |---|---|
//! | 1 | the number of each shard, Acquire: s |
//! | 2 | `fence(SeqCst)` |
//! | 3 | the number of each shard, Acquire; if one is not s, it begins anew |
//! | 4 | the words of publication s of each shard, which are whole unless the shard has reused their slot |
//!
//! # Proof
//!
//! 1. *A snapshot has each record wholly or not at all.* It merges whole sums, by the proof of the ring.
//! 2. *It has no record without those that happen before it.* Let a record to shard j be in it, and let a
//!    record to shard i happen before that one. Load 1 of shard j has acquired the record to j, so the
//!    record to i happens before load 3 of shard i, which returns its number or a higher one. That is the s of
//!    shard i, since load 3 agrees with load 1.
//! 3. *Any two snapshots, A and B, have an order: one of them has all that the other has.* Their fences 2
//!    have an order; let A's come first. What A's load 1 of a shard returns, B's load 3 returns, or a
//!    higher number: if it returned a lower one, it would be coherence-ordered before A's load 1, and B's
//!    fence, which precedes it, would come before A's fence, which follows A's load 1. So B has, of every shard, what A has, or
//!    more. With Acquire fences only, A could have a record of shard 0 and lack one of shard 1, and B the
//!    reverse (independent reads of independent writes).
//!
//! Step 3 alone, without step 1, is not enough even under sequential consistency: of two records by one
//! context, first to shard 0 and then to shard 1, a snapshot that reads shard 0 too early would have the second
//! alone.
//!
//! With two slots, step 4 accepts the words of shard i only if its number, loaded once more, is still s. That load comes
//! after fence 2, too, so it does for 2 and 3 what load 3 does, and step 3 only saves the copies that would be in vain.
//! With more slots, step 4 accepts words whose number is no longer the last one, and step 3 is what makes the instant.
//!
//! Between 1 and 3 are as few loads as possible, since every record in between makes the snapshot begin
//! anew. The copying of step 4 is outside: with four slots, two records to a shard may complete during it.

use super::Summary;
use crate::{
    atomic::{ReadModifyWrite, Target},
    latest::{ContendedError, Ring, Words},
    sync::{
        Change,
        Ordering::{Relaxed, SeqCst},
        Padded, computed_address,
        plain::fence,
        seldom, shared, zero,
    },
};
use core::{array, fmt, hint::spin_loop};

/// Statistics of `u32` values from up to `N` contexts: each snapshot has every record wholly or not at all,
/// with an exact 64-bit count, a 64-bit total that saturates, minimum and maximum.
///
/// Recording and snapshots use loads and stores only, and never mask an interrupt, on every target;
/// [`claim`](Self::claim) alone needs read-modify-write. Recording is wait-free: about 70 instructions on a
/// Cortex-M0.
///
/// An attempt at a snapshot fails if a record is made while it compares the numbers of the shards, or if
/// more than `SLOTS - 2` records are made to one shard during the attempt. In a context that no recorder can
/// preempt, on their core, the first attempt succeeds. Elsewhere a snapshot is lock-free: each failed
/// attempt means that a record was made. Firmware bounds it by [`snapshot_within`](Self::snapshot_within).
///
/// `SLOTS` is 2, 4, 8 or a higher power of two. 4 is for snapshots beside recorders that hardly pause, on other
/// cores: it doubles the memory.
///
/// ```
/// use indivisible::stats::ShardedStats;
///
/// static TIMES: ShardedStats<2> = ShardedStats::new();
///
/// // One recorder for the handler, one for main.
/// let (mut handler, mut main) = (TIMES.claim().unwrap(), TIMES.claim().unwrap());
/// handler.record(20);
/// main.record(30);
/// let seen = TIMES.snapshot_within(3).unwrap();
/// assert_eq!((seen.count, seen.mean(), seen.max), (2, Some(25), Some(30)));
/// assert!(TIMES.claim().is_err());
/// ```
pub struct ShardedStats<const N: usize, const SLOTS: usize = 2> {
    shards: [Padded<Ring<Sum, SLOTS>>; N],
    /// The number of recorders that were claimed.
    claimed: shared::AtomicUsize,
}

impl<const N: usize> ShardedStats<N> {
    /// Creates statistics of no values, with two slots for each shard.
    #[cfg_attr(no_const, no_const::no_const)]
    pub const fn new() -> Self {
        Self::with_slots()
    }
}

impl<const N: usize, const SLOTS: usize> ShardedStats<N, SLOTS> {
    /// Creates statistics of no values, with as many slots as the type has.
    ///
    /// # Panics
    ///
    /// If `SLOTS` is not a power of two of at least 2: when compiling.
    #[cfg_attr(no_const, no_const::no_const)]
    pub const fn with_slots() -> Self {
        Self {
            shards: zero!([Padded<Ring<Sum, SLOTS>>; N]),
            claimed: shared::AtomicUsize::new(0),
        }
    }

    /// All recorders, and the statistics to read, by loads and stores alone.
    ///
    /// What was recorded before stays. Afterwards there is no recorder to claim.
    pub fn split(&mut self) -> ([Recorder<'_, SLOTS>; N], &Self) {
        self.claimed = shared::AtomicUsize::new(N);
        let this = &*self;
        let recorder = |i: usize| Recorder {
            shard: &this.shards[i].0,
        };
        (array::from_fn(recorder), this)
    }

    /// The next recorder. This needs read-modify-write, once for each.
    ///
    /// A dropped recorder leaves what it recorded, and its shard is not handed out again.
    ///
    /// # Errors
    ///
    /// [`RecordersExhaustedError`] if all `N` have been claimed.
    pub fn claim(&self) -> Result<Recorder<'_, SLOTS>, RecordersExhaustedError>
    where
        for<'a> Target<'a>: ReadModifyWrite,
    {
        let claimed = computed_address(&self.claimed);
        let index = claimed.change(Relaxed, Relaxed, |index| (index < N).then_some(index + 1));
        let shard = index.ok().and_then(|index| self.shards.get(index));
        let Padded(shard) = shard.ok_or(RecordersExhaustedError)?;
        Ok(Recorder { shard })
    }

    /// Everything recorded so far, in as many attempts as it takes.
    #[must_use]
    pub fn snapshot(&self) -> Summary {
        loop {
            if let Ok(summary) = self.try_snapshot() {
                return summary;
            }
            spin_loop();
        }
    }

    /// Everything recorded so far, in at most `attempts` attempts.
    ///
    /// # Errors
    ///
    /// [`ContendedError`] if none succeeded, in particular of 0 attempts.
    pub fn snapshot_within(&self, attempts: u32) -> Result<Summary, ContendedError> {
        for _ in 0..attempts {
            if let Ok(summary) = self.try_snapshot() {
                return Ok(summary);
            }
        }
        Err(ContendedError)
    }

    /// Everything recorded so far, in one attempt.
    ///
    /// # Errors
    ///
    /// [`ContendedError`] if a recorder interfered.
    pub fn try_snapshot(&self) -> Result<Summary, ContendedError> {
        let seqs = self.shards.each_ref().map(|Padded(ring)| ring.seq()); // 1
        fence(SeqCst); // 2
        let shards = || self.shards.iter().zip(seqs);
        // 3
        if shards().any(|(Padded(ring), seq)| ring.seq() != seq) {
            return Err(ContendedError);
        }
        let mut sum = Sum::ZERO;
        for (Padded(ring), seq) in shards() {
            let words = ring.words(seq); // 4
            if !ring.is_whole(seq) {
                return Err(ContendedError);
            }
            sum = sum.merge(Sum::from_words(words));
        }
        Ok(sum.summary())
    }
}

impl<const N: usize, const SLOTS: usize> Default for ShardedStats<N, SLOTS> {
    fn default() -> Self {
        Self::with_slots()
    }
}

impl<const N: usize, const SLOTS: usize> fmt::Debug for ShardedStats<N, SLOTS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ShardedStats")
            .field(&self.try_snapshot())
            .finish()
    }
}

#[cfg(feature = "defmt")]
impl<const N: usize, const SLOTS: usize> defmt::Format for ShardedStats<N, SLOTS> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "ShardedStats({})", self.try_snapshot());
    }
}

/// The only context that records to its shard of a [`ShardedStats`].
#[must_use = "its shard is not handed out again if it is dropped"]
pub struct Recorder<'a, const SLOTS: usize = 2> {
    shard: &'a Ring<Sum, SLOTS>,
}

impl<const SLOTS: usize> Recorder<'_, SLOTS> {
    /// Records `value`: wait-free, with no interrupt masked.
    #[inline]
    pub fn record(&mut self, value: u32) {
        let seq = self.shard.seq_alone();
        // Before the first publication all words are zero, which is `Sum::ZERO`.
        let sum = Sum::from_words(self.shard.words(seq));
        let sum = sum.merge(Sum::of(value));
        self.shard.publish_after(seq, sum.into_words());
    }
}

impl<const SLOTS: usize> fmt::Debug for Recorder<'_, SLOTS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder").finish_non_exhaustive()
    }
}

#[cfg(feature = "defmt")]
impl<const SLOTS: usize> defmt::Format for Recorder<'_, SLOTS> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Recorder");
    }
}

/// All recorders of a [`ShardedStats`] have been claimed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct RecordersExhaustedError;

impl fmt::Display for RecordersExhaustedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("all recorders have been claimed")
    }
}

impl core::error::Error for RecordersExhaustedError {}

crate::words! {
    /// What was recorded to one shard. The minimum is kept as its complement, so that zero words are a sum, of
    /// nothing.
    struct Sum {
        count: u64,
        total: u64,
        not_min: u32,
        max: u32,
    }
}

impl Sum {
    const ZERO: Self = Self {
        count: 0,
        total: 0,
        not_min: 0,
        max: 0,
    };

    #[inline(always)]
    fn of(value: u32) -> Self {
        Self {
            count: 1,
            total: value.into(),
            not_min: !value,
            max: value,
        }
    }

    #[inline(always)]
    fn merge(self, other: Self) -> Self {
        Self {
            count: self.count.wrapping_add(other.count),
            total: match self.total.checked_add(other.total) {
                Some(total) => total,
                None => seldom(u64::MAX),
            },
            not_min: self.not_min.max(other.not_min),
            max: self.max.max(other.max),
        }
    }

    fn summary(self) -> Summary {
        let some = self.count > 0;
        Summary {
            count: self.count,
            total: self.total,
            min: some.then_some(!self.not_min),
            max: some.then_some(self.max),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ContendedError, RecordersExhaustedError, ShardedStats, Sum, Summary};

    #[test]
    fn merges_what_each_recorded() {
        let mut stats = ShardedStats::<3>::new();
        let ([mut a, mut b, _], reader) = stats.split();
        assert_eq!(reader.claim().unwrap_err(), RecordersExhaustedError);
        assert_eq!(reader.snapshot(), Summary::EMPTY);
        a.record(0);
        a.record(u32::MAX);
        b.record(7);
        let seen = reader.try_snapshot().unwrap();
        assert_eq!((seen.count, seen.total), (3, u64::from(u32::MAX) + 7));
        assert_eq!((seen.min, seen.max), (Some(0), Some(u32::MAX)));
        assert_eq!(reader.snapshot_within(1), Ok(seen));
        assert_eq!(reader.snapshot_within(0), Err(ContendedError));
    }

    #[test]
    fn a_dropped_recorder_leaves_its_sums() {
        let stats = ShardedStats::<1, 4>::with_slots();
        stats.claim().unwrap().record(5);
        assert_eq!(stats.claim().unwrap_err(), RecordersExhaustedError);
        assert_eq!(stats.snapshot().total, 5);
    }

    #[test]
    fn the_total_stops_at_its_end() {
        let full = Sum {
            total: u64::MAX,
            ..Sum::ZERO
        };
        assert_eq!(full.merge(Sum::of(1)).total, u64::MAX);
    }

    #[test]
    fn no_shards_are_no_values() {
        assert_eq!(ShardedStats::<0>::new().snapshot(), Summary::EMPTY);
    }
}
