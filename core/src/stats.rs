//! The chapter's three atomics: count, total and maximum.
//!
//! # Memory ordering
//!
//! Relaxed throughout: the three words publish nothing but themselves, and what they say together is
//! not promised.

use crate::atomic::Unsigned;
use crate::summary::Summary;
use crate::sync::{Change, ChangeInteger, Ordering::Relaxed, const_fn, shared::together, zero};
use core::fmt;

/// Running statistics, recorded by anybody: cheap, and possibly *torn*.
///
/// A snapshot beside a record may see its count without its total, so the mean may be off by what is
/// being recorded. That is the contract on every target; where the changes are critical sections, and
/// so a record is one step, is the exception that nobody may rely on. `total` and `count` wrap at the
/// width of `W`, as the chapter's do: with `u32` values up to 1,000, after 4 million records.
///
/// Tier 2. May be called from interrupt handlers. Without compare-and-swap, a record is one critical
/// section around the three words, and so is a snapshot. (*Rust Atomics and Locks*, chapter 2,
/// "Example: Statistics".)
///
/// ```
/// use indivisible::stats::Stats;
///
/// static TIMES: Stats = Stats::new();
/// TIMES.record(20);
/// TIMES.record(30);
/// let seen = TIMES.snapshot();
/// assert_eq!((seen.count, seen.mean(), seen.max), (2, Some(25), Some(30)));
/// ```
pub struct Stats<W: Unsigned = u32> {
    count: W::Atomic,
    total: W::Atomic,
    max: W::Atomic,
}

impl<W: Unsigned> Stats<W> {
    const_fn! {
        /// Creates statistics of nothing.
        pub fn new() -> Self {
            Self {
                count: zero!(W::Atomic),
                total: zero!(W::Atomic),
                max: zero!(W::Atomic),
            }
        }
    }

    /// Records `value`.
    #[inline]
    pub fn record(&self, value: W) {
        together(|now| {
            self.count.increase(now, W::ONE);
            self.total.increase(now, value);
            self.max.raise(now, value);
        });
    }

    /// What was recorded so far, possibly torn; it does not know the minimum.
    #[must_use]
    pub fn snapshot(&self) -> Summary<W> {
        // Spelled out, since a loop would mask interrupts for longer.
        let (count, total, max) = together(|_| {
            (
                self.count.load(Relaxed),
                self.total.load(Relaxed),
                self.max.load(Relaxed),
            )
        });
        Summary {
            count: count.widen(),
            total: total.widen(),
            min: None,
            max: (count.widen() > 0).then_some(max),
        }
    }

    /// The mean so far, rounded down; `None` before the first record.
    #[must_use]
    pub fn mean(&self) -> Option<u64> {
        self.snapshot().mean()
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
        let seen = self.snapshot();
        let max = seen.max.map_or(0, |max| max.widen());
        defmt::write!(
            f,
            "Stats({=u64} values, total {=u64}, max {=u64})",
            seen.count,
            seen.total,
            max
        );
    }
}

#[cfg(test)]
mod tests {
    use super::Stats;
    use crate::summary::Summary;

    #[test]
    fn knows_nothing_at_first() {
        let stats: Stats = Stats::new();
        assert_eq!(stats.snapshot(), Summary::EMPTY);
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
}
