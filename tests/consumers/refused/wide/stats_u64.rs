// error[E0277]: `ShardedStats`
#![no_std]
use indivisible::stats::Stats;

pub static STATS: Stats<u64> = Stats::new();
