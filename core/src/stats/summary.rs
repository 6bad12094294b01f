//! What was recorded, in numbers.

use crate::latest::Words;

/// Count, total, smallest and largest of the values recorded.
///
/// Plain data, made by `snapshot` and `take` of [`Stats`](super::Stats), and by
/// [`ShardedStats::snapshot`](super::ShardedStats::snapshot).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct Summary<V = u32> {
    /// The number of values.
    pub count: u64,
    /// Their sum.
    pub total: u64,
    /// The smallest value; `None` if there is none, and always of a [`Stats`](super::Stats), which does not
    /// keep it.
    pub min: Option<V>,
    /// The largest value; `None` if there is none.
    pub max: Option<V>,
}

impl<V> Summary<V> {
    /// The summary of no values.
    pub const EMPTY: Self = Self {
        count: 0,
        total: 0,
        min: None,
        max: None,
    };

    /// The mean, rounded down; `None` if there are no values.
    #[must_use]
    pub const fn mean(&self) -> Option<u64> {
        self.total.checked_div(self.count)
    }

    /// What was recorded between an `earlier` snapshot of the same statistics and this one.
    ///
    /// `None` if `earlier` has a higher count or total: it is of other statistics, or not earlier, or a
    /// number of a [`Stats`](super::Stats) has wrapped around in between.
    ///
    /// ```
    /// use indivisible::stats::ShardedStats;
    ///
    /// static TIMES: ShardedStats<1> = ShardedStats::new();
    ///
    /// let mut recorder = TIMES.claim().unwrap();
    /// recorder.record(90);
    /// let before = TIMES.snapshot();
    /// recorder.record(10);
    /// recorder.record(20);
    /// let window = TIMES.snapshot().since(&before).unwrap();
    /// assert_eq!((window.count, window.total, window.mean()), (2, 30, Some(15)));
    /// ```
    #[must_use]
    pub const fn since(&self, earlier: &Self) -> Option<Window> {
        match (
            self.count.checked_sub(earlier.count),
            self.total.checked_sub(earlier.total),
        ) {
            (Some(count), Some(total)) => Some(Window { count, total }),
            _ => None,
        }
    }
}

impl<V> Default for Summary<V> {
    fn default() -> Self {
        Self::EMPTY
    }
}

impl<V: Words> Words for Summary<V> {
    type Repr = <(u64, u64, Option<V>, Option<V>) as Words>::Repr;

    fn into_words(self) -> Self::Repr {
        (self.count, self.total, self.min, self.max).into_words()
    }

    fn from_words(words: Self::Repr) -> Self {
        let (count, total, min, max) = Words::from_words(words);
        Self {
            count,
            total,
            min,
            max,
        }
    }
}

/// What was recorded between two snapshots ([`Summary::since`]).
///
/// It has no extremes: they cannot be computed from the extremes of both snapshots.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct Window {
    /// The number of values.
    pub count: u64,
    /// Their sum, or less if the total of [`ShardedStats`](super::ShardedStats) has saturated.
    pub total: u64,
}

impl Window {
    /// The mean, rounded down; `None` if there are no values.
    #[must_use]
    pub const fn mean(&self) -> Option<u64> {
        self.total.checked_div(self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::{Summary, Window, Words};

    fn of(count: u64, total: u64) -> Summary {
        Summary {
            count,
            total,
            ..Summary::EMPTY
        }
    }

    #[test]
    fn mean_of_nothing_is_none() {
        assert_eq!(Summary::<u32>::EMPTY.mean(), None);
        assert_eq!(of(2, 7).mean(), Some(3));
        assert_eq!(Window::default().mean(), None);
    }

    #[test]
    fn a_window_is_the_difference_or_there_is_none() {
        let window = of(5, 70).since(&of(3, 40)).unwrap();
        assert_eq!(
            (window.count, window.total, window.mean()),
            (2, 30, Some(15))
        );
        assert_eq!(of(3, 40).since(&of(3, 40)), Some(Window::default()));
        assert_eq!(of(3, 40).since(&of(5, 40)), None);
        assert_eq!(of(5, 30).since(&of(3, 40)), None);
    }

    #[test]
    fn a_summary_survives_the_round_trip_through_words() {
        let some = Summary {
            min: Some(3),
            max: Some(u32::MAX),
            ..of(u64::MAX, 1 << 33)
        };
        for summary in [Summary::EMPTY, some] {
            assert_eq!(Summary::from_words(summary.into_words()), summary);
        }
    }
}
