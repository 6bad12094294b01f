#![no_std]
#![doc = include_str!("../README.md")]
// docs.rs shows the feature of each item; no other condition is a user's.
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(
    docsrs,
    doc(auto_cfg(hide(
        native,
        sections,
        no_back_end,
        tasks,
        listeners,
        threads,
        wide,
        halves,
        wide_loads,
        modelled,
        basepri,
        wfi,
        wfe,
        indivisible_loom,
        indivisible_explore,
        indivisible_force_sections
    )))
)]

#[cfg(any(threads, test))]
extern crate std;

mod sync;

pub mod atomic;
#[cfg(any(doc, doctest))]
pub mod guide;
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
    once::OnceLock,
    pool::Pool,
    progress::{Progress, SingleProgress},
    race::{OnceWord, RacyOnce},
    stats::{ShardedStats, Stats},
    stop::{StopFlag, StopSignal},
};
