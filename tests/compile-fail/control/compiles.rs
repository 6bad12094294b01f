//! The correct forms of the programs beside this folder: they compile, so those programs do not fail for
//! a reason outside of them.

use core::num::NonZero;
use indivisible::{
    id::{IdAllocator, RollingBack},
    latest::Latest,
    once::{Blocking, OnceLock},
    progress::{Progress, SingleProgress},
    race::{OnceWord, RacyOnce},
    pool::{FreeList, Pool},
    wait::{
        Polling,
        task::Wakers,
        thread::{CurrentThread, ThreadSlot},
    },
};

static SHARED: Progress = Progress::new(3);
static WAKING: Progress<ThreadSlot> = Progress::with_unparker(0, ThreadSlot::new());
static IDS: IdAllocator<u8, RollingBack> = IdAllocator::rolling_back(127);
static KEY: OnceWord<NonZero<u32>> = OnceWord::new();
static TABLE: RacyOnce<&'static u32> = RacyOnce::new();
static CELL: OnceLock<u32> = OnceLock::new();
static AWAITED: OnceLock<u32, Blocking> = OnceLock::blocking();
static LEASED: IdAllocator<u8> = IdAllocator::new();
static FREE: FreeList<4> = FreeList::new();
static POOL: Pool<u32, 4> = Pool::new();

fn main() {
    let mut progress = SingleProgress::new(3);
    progress.split().0.set_done(1);
    progress.split().0.set_done(2);
    let mut latest = Latest::<u32>::new();
    latest.split().0.publish(1);
    latest.split().0.publish(2);
    let awaited = Latest::<u32, Wakers<1>>::default();
    let mut waiter = awaited.waiter().unwrap();
    let _ = waiter.read_newer();
    SHARED.advance(3);
    let _ = SHARED.wait_complete(&Polling);
    let _ = WAKING.wait_complete(&CurrentThread::new());
    let _ = (IDS.allocate(), IDS.remaining());
    let _ = (LEASED.lease(2), AWAITED.wait());
    let _ = (KEY.get(), TABLE.get(), CELL.get());
    if let Some(slot) = FREE.pop() {
        drop(FREE.from_raw(slot.into_raw()));
    }
    if let Ok(mut handle) = POOL.try_alloc(1) {
        *handle = 2;
        drop(handle);
    }
}
