//! What a series of values comes to.

/// Count, total, smallest and largest of the values recorded.
///
/// Plain data, made by [`Stats::snapshot`](crate::stats::Stats::snapshot).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct Summary<V = u32> {
    /// How many.
    pub count: u64,
    /// Their sum.
    pub total: u64,
    /// The smallest; `None` if there is none, or if whoever recorded does not keep it.
    pub min: Option<V>,
    /// The largest; `None` if there is none.
    pub max: Option<V>,
}

impl<V> Summary<V> {
    /// Of no values.
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
}

impl<V> Default for Summary<V> {
    fn default() -> Self {
        Self::EMPTY
    }
}

#[cfg(test)]
mod tests {
    use super::Summary;

    #[test]
    fn mean_of_nothing_is_none() {
        assert_eq!(Summary::<u32>::EMPTY.mean(), None);
        let two = Summary::<u32> {
            count: 2,
            total: 7,
            ..Summary::EMPTY
        };
        assert_eq!(two.mean(), Some(3));
    }
}
