//! The chapter's three atomics: count, total and maximum.
//!
//! # Memory ordering
//!
//! Relaxed throughout: no other memory is published through the three words, and nothing is promised of their
//! values at one time.

use super::Summary;
use crate::{
    atomic::{ReadModifyWrite, Target, Unsigned},
    sync::{Change, ChangeInteger, Ordering::Relaxed, shared::together, zero},
};
use core::fmt;

/// Running statistics that any context records to: cheap, and possibly *torn*.
///
/// A snapshot beside a record may have any of the record's count, total and maximum without the others: the
/// mean may be off by what is being recorded, and beside the first record the maximum may be `Some(0)`, or
/// `Some` with a count of 0. This is the contract on every target. In section mode a record happens to be
/// atomic; do not rely on it.
///
/// All three words have the width of `W`. `total` and `count` wrap around, as the chapter's do: choose `W`
/// for the count and the total, not for the values. With `u32`, and values up to 1,000, the total wraps
/// after 4 million records; with `u8` the count does after 256:
///
/// ```
/// use indivisible::stats::Stats;
///
/// let narrow = Stats::<u8>::new();
/// (0..256).for_each(|_| narrow.record(9));
/// let seen = narrow.snapshot();
/// assert_eq!((seen.count, seen.mean(), seen.max), (0, None, Some(9)));
/// ```
///
/// It needs read-modify-write, and may be used in interrupt handlers. With critical sections, a record is
/// one section around the three words, and so are [`snapshot`](Self::snapshot) and [`take`](Self::take). (*Rust Atomics and Locks*, chapter 2, "Example: Statistics".)
///
/// ```
/// use indivisible::stats::Stats;
///
/// static TIMES: Stats = Stats::new();
/// TIMES.record(20);
/// TIMES.record(30);
/// let seen = TIMES.take();
/// assert_eq!((seen.count, seen.mean(), seen.max), (2, Some(25), Some(30)));
/// assert_eq!(TIMES.snapshot().count, 0);
/// ```
pub struct Stats<W: Unsigned = u32> {
    count: W::Atomic,
    total: W::Atomic,
    max: W::Atomic,
}

impl<W: Unsigned> Stats<W> {
    /// Creates statistics of no values.
    #[cfg_attr(no_const, no_const::no_const)]
    pub const fn new() -> Self {
        Self {
            count: zero!(W::Atomic),
            total: zero!(W::Atomic),
            max: zero!(W::Atomic),
        }
    }

    /// Records `value`.
    #[inline]
    pub fn record(&self, value: W)
    where
        for<'a> Target<'a>: ReadModifyWrite,
    {
        together(|now| {
            self.count.increase(now, W::ONE);
            self.total.increase(now, value);
            self.max.raise(now, value);
        });
    }

    /// What was recorded so far, possibly torn, and without the minimum.
    #[must_use]
    pub fn snapshot(&self) -> Summary<W>
    where
        for<'a> Target<'a>: ReadModifyWrite,
    {
        // Spelled out, since a loop would mask interrupts for longer.
        let (count, total, max) = together(|_| {
            (
                self.count.load(Relaxed),
                self.total.load(Relaxed),
                self.max.load(Relaxed),
            )
        });
        Self::summary(count, total, max)
    }

    /// What was recorded since the last `take`, possibly torn; the next one begins from here.
    ///
    /// Over all summaries that `take` returns, and the snapshot after the last of them, nothing is lost and
    /// nothing counted twice: the counts add up to the number of records, the totals to the sum of the values
    /// (both wrapping around), and the largest maximum is the largest value. The three parts of one record
    /// may end up in two neighbouring summaries: one with a maximum and a count of 0 has the second part alone, and one
    /// with a count and a maximum of 0 the first. Then the maximum may be less than the mean.
    pub fn take(&self) -> Summary<W>
    where
        for<'a> Target<'a>: ReadModifyWrite,
    {
        let (count, total, max) = together(|now| {
            (
                self.count.take(now),
                self.total.take(now),
                self.max.take(now),
            )
        });
        Self::summary(count, total, max)
    }

    /// The mean so far, rounded down; `None` before the first record.
    #[must_use]
    pub fn mean(&self) -> Option<u64>
    where
        for<'a> Target<'a>: ReadModifyWrite,
    {
        self.snapshot().mean()
    }

    fn summary(count: W, total: W, max: W) -> Summary<W> {
        let (count, total) = (count.widen(), total.widen());
        Summary {
            count,
            total,
            min: None,
            // Of a count that has wrapped around, or was taken before its maximum, the maximum counts.
            max: (count > 0 || max.widen() > 0).then_some(max),
        }
    }
}

impl<W: Unsigned> Default for Stats<W> {
    fn default() -> Self {
        Self::new()
    }
}

impl<W: Unsigned> fmt::Debug for Stats<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stats")
            .field("count", &self.count)
            .field("total", &self.total)
            .field("max", &self.max)
            .finish()
    }
}

#[cfg(feature = "defmt")]
impl<W: Unsigned> defmt::Format for Stats<W> {
    fn format(&self, f: defmt::Formatter<'_>) {
        let [count, total, max] = [&self.count, &self.total, &self.max];
        defmt::write!(
            f,
            "Stats({=u64} values, total {=u64}, max {=u64})",
            count.load(Relaxed).widen(),
            total.load(Relaxed).widen(),
            max.load(Relaxed).widen()
        );
    }
}

#[cfg(test)]
mod tests {
    use super::{Stats, Summary};

    #[test]
    fn nothing_is_recorded_at_first() {
        let stats: Stats = Stats::new();
        assert_eq!(stats.snapshot(), Summary::EMPTY);
        assert_eq!(stats.take(), Summary::EMPTY);
        assert_eq!(stats.mean(), None);
    }

    #[test]
    fn a_value_of_zero_is_a_maximum() {
        let stats: Stats = Stats::new();
        stats.record(0);
        assert_eq!(stats.snapshot().max, Some(0));
    }

    #[test]
    fn the_total_wraps_at_the_width_of_the_word() {
        let stats = Stats::<u8>::new();
        stats.record(200);
        stats.record(100);
        assert_eq!(stats.snapshot().total, 44);
        assert_eq!(stats.snapshot().max, Some(200));
    }

    #[test]
    fn a_take_begins_anew() {
        let stats: Stats = Stats::new();
        stats.record(5);
        stats.record(3);
        let first = stats.take();
        assert_eq!((first.count, first.total, first.max), (2, 8, Some(5)));
        stats.record(4);
        let second = stats.take();
        assert_eq!((second.count, second.total, second.max), (1, 4, Some(4)));
    }
}
