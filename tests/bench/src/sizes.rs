//! The size of each object on this machine, and of each peer of `Latest`: the contests align all of them to a
//! cache line, so an object of up to 64 bytes is on one line.

use core::num::NonZero;
use std::sync::Mutex;

use arc_swap::ArcSwap;
use crossbeam_utils::atomic::AtomicCell;
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
        Polling,
        task::Wakers,
        thread::{Broadcast, ThreadSlot},
    },
};
use seqlock::SeqLock;
use tokio::sync::watch;

macro_rules! sizes {
    ($($Type:ty),* $(,)?) => { [$((stringify!($Type), size_of::<$Type>())),*] };
}

/// Each type and its size in bytes.
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
        Latest<[usize; 4], Polling, 4>,
        SeqLock<[usize; 4]>,
        ArcSwap<[usize; 4]>,
        Mutex<[usize; 4]>,
        AtomicCell<[usize; 4]>,
        watch::Sender<[usize; 4]>,
        ShardedStats<1>,
        ShardedStats<2>,
        ShardedStats<8>,
        ShardedStats<8, 4>,
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
