#![no_std]
#![doc = include_str!("../README.md")]

#[cfg(any(feature = "std", test))]
extern crate std;

mod sync;

pub mod atomic;
#[cfg(tier2)]
pub mod id;
pub mod latest;
#[cfg(tier2)]
pub mod once;
#[cfg(tier2)]
pub mod pool;
pub mod progress;
pub mod race;
pub mod sharded;
#[cfg(tier2)]
pub mod stats;
pub mod stop;
pub mod summary;
#[cfg(tier2)]
pub mod update;
pub mod wait;

#[cfg(tier2)]
pub use {id::IdAllocator, pool::Pool};
