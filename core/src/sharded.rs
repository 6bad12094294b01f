//! Exact statistics by loads and stores alone: a shard for each context that records, merged on read.
//!
//! Each shard is a [`Latest`]: its recorder publishes a new sum, whole, and nobody else writes it. A
//! snapshot is a *double collect*: it notes how often each shard was published, merges them, and
//! looks whether any was published meanwhile. If none was, there was an instant, between the two looks,
//! at which all shards were as merged.
//!
//! Merging each shard for itself is not enough, in any memory model: of two records by one context,
//! the first to shard 0 and then to shard 1, a snapshot that passes shard 0 too early would see the second
//! alone.
//!
//! # Memory ordering
//!
//! Within a shard, [`Latest`]'s. Between the two looks stands the crate's one SeqCst fence. With
//! Acquire alone, two snapshots may disagree: one sees the record of shard 0 and not yet that of shard 1,
//! and the other the reverse, as if there were no one order of the two (independent reads of
//! independent writes, which Acquire does not order). Two snapshots' SeqCst fences have an order, and
//! what the earlier one's first look saw, the later one's second look sees: so if they differ, the one
//! that saw less was the first for *every* shard. On a Cortex-M it is the same `dmb`.

use crate::latest::{Contended, Latest, Payload, WIDE, Writer, each};
use crate::summary::Summary;
use crate::sync::{Ordering::SeqCst, Padded, const_fn, plain::fence, seldom, zero};
use core::{array, cell::Cell, fmt, hint::spin_loop, marker::PhantomData};

#[cfg(tier2)]
use crate::{
    atomic::{AtomicInteger, ReadModifyWrite, Target},
    sync::{Ordering::Relaxed, shared},
};

/// Statistics of `u32` values from up to `N` contexts: every record wholly in a snapshot or not at all,
/// with an exact 64-bit count, a 64-bit total that saturates, minimum and maximum.
///
/// Tier 1: load and store only, with interrupts never masked, on every target;
/// [`claim`](Self::claim) alone is tier 2. Recording is wait-free: about 70 instructions on a Cortex-M0.
///
/// A snapshot looks again after each round in which somebody recorded. In a context that no recorder can
/// preempt, one round does. Elsewhere each further round means that somebody got on with his work;
/// firmware sets a bound with [`try_snapshot`](Self::try_snapshot).
///
/// ```
/// use indivisible::sharded::ShardedStats;
///
/// static TIMES: ShardedStats<2> = ShardedStats::new();
///
/// // One recorder for the handler, one for main.
/// let (mut handler, mut main) = (TIMES.claim().unwrap(), TIMES.claim().unwrap());
/// handler.record(20);
/// main.record(30);
/// let seen = TIMES.try_snapshot(3).unwrap();
/// assert_eq!((seen.count, seen.mean(), seen.max), (2, Some(25), Some(30)));
/// assert!(TIMES.claim().is_err());
/// ```
pub struct ShardedStats<const N: usize> {
    shards: [Padded<Latest<Sum>>; N],
    /// How many recorders were handed out one by one.
    #[cfg(tier2)]
    claimed: shared::AtomicUsize,
}

impl<const N: usize> ShardedStats<N> {
    const_fn! {
        /// Creates statistics of nothing.
        pub fn new() -> Self {
            Self {
                shards: zero!([Padded<Latest<Sum>>; N]),
                #[cfg(tier2)]
                claimed: shared::AtomicUsize::new(0),
            }
        }
    }

    /// All recorders, and the statistics to read: tier 1.
    ///
    /// What was recorded before stays. There is no recorder to claim after that.
    pub fn split(&mut self) -> ([Recorder<'_>; N], &Self) {
        #[cfg(tier2)]
        {
            self.claimed = shared::AtomicUsize::new(N);
        }
        let this = &*self;
        (
            array::from_fn(|i| Recorder::of(this.shards[i].0.writer())),
            this,
        )
    }

    /// The next recorder. Tier 2, once for each.
    ///
    /// A dropped recorder leaves what it recorded, and its shard is not handed out again.
    ///
    /// # Errors
    ///
    /// [`ShardsExhausted`] where all `N` are out.
    #[cfg(tier2)]
    pub fn claim(&self) -> Result<Recorder<'_>, ShardsExhausted>
    where
        for<'a> Target<'a>: ReadModifyWrite,
    {
        let index = self.claimed.add_up_to(1, N, Relaxed);
        let shard = index.ok().and_then(|index| self.shards.get(index));
        Ok(Recorder::of(shard.ok_or(ShardsExhausted)?.0.writer()))
    }

    /// Everything recorded so far, looking as often as it takes.
    #[must_use]
    pub fn snapshot(&self) -> Summary {
        loop {
            if let Ok(summary) = self.collect() {
                return summary;
            }
            spin_loop();
        }
    }

    /// Everything recorded so far, in at most `rounds` looks.
    ///
    /// # Errors
    ///
    /// [`Contended`] where somebody recorded in each of them.
    pub fn try_snapshot(&self, rounds: u32) -> Result<Summary, Contended> {
        for _ in 0..rounds {
            if let Ok(summary) = self.collect() {
                return Ok(summary);
            }
        }
        Err(Contended)
    }

    fn collect(&self) -> Result<Summary, Contended> {
        let before = self.published();
        let mut sum = Sum::ZERO;
        for Padded(shard) in &self.shards {
            // Possibly torn: any words make a sum, and a torn one is dropped below.
            sum = sum.merge(Sum::from_words(shard.words(shard.seq())));
        }
        fence(SeqCst);
        if self.published() == before {
            Ok(sum.summary())
        } else {
            Err(Contended)
        }
    }

    /// How often all shards together: each number only goes up, so the sum stands still only if all do.
    #[inline(always)]
    fn published(&self) -> usize {
        let add = |sum: usize, shard: &Padded<Latest<Sum>>| sum.wrapping_add(shard.0.seq());
        self.shards.iter().fold(0, add)
    }
}

impl<const N: usize> Default for ShardedStats<N> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const N: usize> fmt::Debug for ShardedStats<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ShardedStats")
            .field(&self.try_snapshot(1))
            .finish()
    }
}

#[cfg(feature = "defmt")]
impl<const N: usize> defmt::Format for ShardedStats<N> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "ShardedStats({})", self.try_snapshot(1));
    }
}

/// The one context that records to a shard; may move to another, and may not be shared.
pub struct Recorder<'a> {
    shard: Writer<'a, Sum>,
    one_context: PhantomData<Cell<()>>,
}

impl<'a> Recorder<'a> {
    fn of(shard: Writer<'a, Sum>) -> Self {
        Self {
            shard,
            one_context: PhantomData,
        }
    }

    /// Records `value`: wait-free, with no interrupt masked.
    #[inline]
    pub fn record(&mut self, value: u32) {
        self.shard.change(|sum| sum.merge(Sum::of(value)));
    }
}

impl fmt::Debug for Recorder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder").finish_non_exhaustive()
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for Recorder<'_> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Recorder");
    }
}

/// Every recorder is out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ShardsExhausted;

impl fmt::Display for ShardsExhausted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("every recorder of these statistics is out")
    }
}

impl core::error::Error for ShardsExhausted {}

/// What one shard has recorded. All words zero is nothing, hence the complement.
#[derive(Clone, Copy)]
struct Sum {
    count: u64,
    total: u64,
    not_min: u32,
    max: u32,
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

impl Payload for Sum {
    type Words = [usize; 2 * WIDE + 2];

    #[inline(always)]
    fn into_words(self) -> Self::Words {
        let mut words = [0; 2 * WIDE + 2];
        let (count, total) = (self.count.into_words(), self.total.into_words());
        each::<WIDE>(|i| (words[i], words[WIDE + i]) = (count[i], total[i]));
        words[2 * WIDE] = self.not_min as usize;
        words[2 * WIDE + 1] = self.max as usize;
        words
    }

    #[inline(always)]
    fn from_words(words: Self::Words) -> Self {
        let (mut count, mut total) = ([0; WIDE], [0; WIDE]);
        each::<WIDE>(|i| (count[i], total[i]) = (words[i], words[WIDE + i]));
        Self {
            count: u64::from_words(count),
            total: u64::from_words(total),
            not_min: words[2 * WIDE] as u32,
            max: words[2 * WIDE + 1] as u32,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Contended, ShardedStats, ShardsExhausted, Sum};
    use crate::summary::Summary;

    #[test]
    fn merges_what_each_recorded() {
        let mut stats = ShardedStats::<3>::new();
        let ([mut a, mut b, _], reader) = stats.split();
        assert_eq!(reader.claim().unwrap_err(), ShardsExhausted);
        assert_eq!(reader.snapshot(), Summary::EMPTY);
        a.record(0);
        a.record(u32::MAX);
        b.record(7);
        let seen = reader.try_snapshot(1).unwrap();
        assert_eq!((seen.count, seen.total), (3, u64::from(u32::MAX) + 7));
        assert_eq!((seen.min, seen.max), (Some(0), Some(u32::MAX)));
        assert_eq!(reader.try_snapshot(0), Err(Contended));
    }

    #[test]
    fn a_dropped_recorder_leaves_its_sums() {
        let stats = ShardedStats::<1>::new();
        stats.claim().unwrap().record(5);
        assert_eq!(stats.claim().unwrap_err(), ShardsExhausted);
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
