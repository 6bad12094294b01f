//! Operations of 64 bits, for targets where none takes a lock.
#![no_std]

use core::num::NonZero;
use indivisible::{
    atomic::{AtomicI64, AtomicU64, Ordering::Relaxed},
    id::IdAllocator,
    race::OnceWord,
    stats::Stats,
};

pub static UNSIGNED: AtomicU64 = AtomicU64::new(0);
pub static SIGNED: AtomicI64 = AtomicI64::new(0);
pub static IDS: IdAllocator<NonZero<u64>> = IdAllocator::new();
pub static STATS: Stats<u64> = Stats::new();
pub static KEY: OnceWord<NonZero<u64>> = OnceWord::new();

indivisible::cfg_has_atomic_64! {
    pub fn everything() -> u64 {
        let _ = (SIGNED.fetch_sub(1, Relaxed), IDS.allocate());
        STATS.record(KEY.get_or_init(|| NonZero::<u64>::MIN).get());
        UNSIGNED.fetch_add(1, Relaxed)
    }
}

pub fn it_is_there() -> u64 {
    everything()
}
