#![no_std]
#![doc = include_str!("../README.md")]

#[cfg(any(feature = "std", test))]
extern crate std;

mod sync;

pub mod atomic;
pub mod id;
pub mod latest;
pub mod once;
pub mod pool;
pub mod progress;
pub mod race;
pub mod stats;
pub mod stop;
pub mod wait;

pub use {
    id::IdAllocator,
    latest::Latest,
    pool::Pool,
    stats::{ShardedStats, Stats},
};
