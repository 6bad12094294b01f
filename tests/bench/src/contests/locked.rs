//! Statistics under a lock, and the values that every statistics contest records.

use crate::side::{Done, same};
use anyhow::Result;

/// Count, total and extremes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sum {
    pub(super) count: u64,
    pub(super) total: u64,
    min: u64,
    max: u64,
}

impl Sum {
    pub(super) const ZERO: Self = Self {
        count: 0,
        total: 0,
        min: u64::MAX,
        max: 0,
    };

    #[inline(always)]
    pub(super) fn record(&mut self, value: u64) {
        self.count += 1;
        self.total += value;
        self.min = self.min.min(value);
        self.max = self.max.max(value);
    }

    #[inline(always)]
    pub(super) fn merge(self, other: &Self) -> Self {
        Self {
            count: self.count + other.count,
            total: self.total + other.total,
            min: self.min.min(other.min),
            max: self.max.max(other.max),
        }
    }
}

/// Values below 2^20 in a scrambled order.
#[inline(always)]
pub(super) fn value(i: u64) -> u64 {
    i.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 44
}

/// Checks that every record of every thread is counted; each returned its value.
pub(super) fn all_in(count: u64, total: u64, done: &Done) -> Result<()> {
    same("count", count, done.total())?;
    same("total", total, done.sum())
}
