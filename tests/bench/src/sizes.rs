//! How much RAM each object takes on this machine.

use core::num::NonZero;

use indivisible::{
    id::{IdAllocator, IdLease},
    latest::Latest,
    once::{Blocking, OnceLock},
    pool::FreeList,
    progress::{Progress, SingleProgress},
    race::{OnceWord, RacyOnce},
    stats::{Recorder, ShardedStats, Stats},
    stop::{StopFlag, StopSignal},
    wait::{
        task::Wakers,
        thread::{Broadcast, ThreadSlot},
    },
};

macro_rules! sizes {
    ($($Type:ty),* $(,)?) => { [$((stringify!($Type), size_of::<$Type>())),*] };
}

/// Each type and its bytes.
#[must_use]
pub fn sizes() -> Vec<(&'static str, usize)> {
    sizes![
        StopFlag,
        StopSignal<NonZero<u8>>,
        Progress,
        SingleProgress,
        Progress<ThreadSlot>,
        Progress<Broadcast>,
        Progress<Wakers<1>>,
        Progress<Wakers<4>>,
        Stats,
        Stats<u64>,
        Latest<u32>,
        Latest<[usize; 4]>,
        ShardedStats<1>,
        ShardedStats<2>,
        ShardedStats<8>,
        Recorder<'static>,
        IdAllocator<u8>,
        IdAllocator<u32>,
        IdAllocator<u64>,
        IdLease<'static, u32>,
        RacyOnce<NonZero<u32>>,
        OnceWord<NonZero<u32>>,
        OnceLock<u32>,
        OnceLock<u32, Blocking>,
        FreeList<8>,
        FreeList<64>,
    ]
    .to_vec()
}
