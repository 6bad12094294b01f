//! What is swept, a file for each object of the library.

// heapless offers its queue only where it knows that loads and stores are atomic.
#[cfg(target_arch = "arm")]
mod foreign;
mod latest;
mod progress;
mod race;
mod restartable;
mod sharded;
mod stop;

#[cfg(tier2)]
mod atomic;
#[cfg(tier2)]
mod id;
#[cfg(tier2)]
mod once;
#[cfg(tier2)]
mod pool;
#[cfg(tier2)]
mod stats;
#[cfg(tier2)]
mod update;
mod wait;

use harness::Group;

/// The table.
pub(crate) const ALL: &[&[Group]] = &[
    stop::GROUPS,
    progress::GROUPS,
    latest::GROUPS,
    sharded::GROUPS,
    race::GROUPS,
    restartable::GROUPS,
    #[cfg(target_arch = "arm")]
    foreign::GROUPS,
    #[cfg(tier2)]
    stop::TIER_2,
    #[cfg(tier2)]
    progress::TIER_2,
    #[cfg(tier2)]
    atomic::GROUPS,
    #[cfg(tier2)]
    update::GROUPS,
    #[cfg(tier2)]
    stats::GROUPS,
    #[cfg(tier2)]
    id::GROUPS,
    #[cfg(tier2)]
    race::TIER_2,
    #[cfg(tier2)]
    once::GROUPS,
    #[cfg(tier2)]
    pool::GROUPS,
    // Last: on one board, QEMU does not always wake main at the same instruction, and what comes after
    // has another time.
    wait::GROUPS,
];

/// An answer that no value has.
const NOTHING: u64 = 0xffff_ffff_ffff;

/// The answer of an operation that may have none.
#[inline(always)]
fn answer(value: Option<u64>) -> u64 {
    value.unwrap_or(NOTHING)
}
