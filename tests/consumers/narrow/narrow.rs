//! Programs of read-modify-write operations of at most 32 bits.
#![no_std]

use core::num::NonZero;
use indivisible::{
    atomic::{AtomicInteger, AtomicBool, AtomicI16, AtomicPtr, AtomicU8, AtomicU32, AtomicUsize, Ordering::Relaxed},
    id::{IdAllocator, RollingBack},
    once::OnceLock,
    progress::Progress,
    race::OnceWord,
    stats::Stats,
    pool::FreeList,
    stop::StopSignal,
};

pub static BOOL: AtomicBool = AtomicBool::new(false);
pub static BYTE: AtomicU8 = AtomicU8::new(0);
pub static HALF: AtomicI16 = AtomicI16::new(0);
pub static WORD: AtomicU32 = AtomicU32::new(0);
pub static SIZE: AtomicUsize = AtomicUsize::new(0);
pub static POINTER: AtomicPtr<u8> = AtomicPtr::new(core::ptr::null_mut());
pub static IDS: IdAllocator<u32> = IdAllocator::new();
pub static FEW: IdAllocator<NonZero<u8>, RollingBack> = IdAllocator::rolling_back(9);
pub static CELL: OnceLock<[u32; 4]> = OnceLock::new();
pub static PROGRESS: Progress = Progress::new(100);
pub static KEY: OnceWord<NonZero<u32>> = OnceWord::new();
pub static STATS: Stats = Stats::new();
pub static STOP: StopSignal<bool> = StopSignal::new();
pub static FREE: FreeList<8> = FreeList::new();

pub fn everything() -> u32 {
    let _ = (BOOL.fetch_xor(true, Relaxed), BYTE.swap(1, Relaxed), HALF.fetch_min(-1, Relaxed));
    let _ = (SIZE.add_up_to(1, 9, Relaxed), POINTER.load(Relaxed));
    let _ = (IDS.allocate(), FEW.allocate(), STOP.request_stop(true));
    let _ = CELL.try_get_or_init(|| [0; 4]);
    PROGRESS.advance(1);
    STATS.record(KEY.get_or_init(|| NonZero::<u32>::MIN).get());
    if let Some(slot) = FREE.pop() {
        drop(slot);
    }
    WORD.fetch_add(1, Relaxed)
}
