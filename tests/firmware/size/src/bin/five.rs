//! The chapter's five primitives in one firmware, which main and the handler share.

#![no_std]
#![no_main]

use core::num::NonZero;
use cortex_m_rt::{entry, exception};
use indivisible::{
    id::IdAllocator, progress::Progress, race::OnceWord, stats::Stats, stop::StopFlag,
};
use size_firmware::{input, output};

static STOP: StopFlag = StopFlag::new();
static DONE: Progress = Progress::new(1_000);
static KEY: OnceWord<NonZero<u32>> = OnceWord::new();
static IDS: IdAllocator<u32> = IdAllocator::with_limit(1_000);
static TIMES: Stats = Stats::new();

#[inline]
fn key() -> u32 {
    KEY.get_or_init(|| NonZero::new(input()).unwrap_or(NonZero::<u32>::MIN))
        .get()
}

#[entry]
fn main() -> ! {
    while !STOP.stop_requested() {
        if let Ok(id) = IDS.allocate() {
            output(id);
        }
        output(key());
        output(DONE.done() as u32);
        let times = TIMES.snapshot();
        output(times.count as u32);
        output(times.total as u32);
        output(times.max.unwrap_or(0));
    }
    loop {}
}

#[exception]
fn SysTick() {
    match IDS.allocate() {
        Ok(id) => output(id),
        Err(_) => STOP.request_stop(),
    }
    output(key());
    TIMES.record(input());
    DONE.advance(1);
}
