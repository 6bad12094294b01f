//! The work at which `wide_raw.rs` hangs, with this library's types: it finishes, with the exact sum.

#![no_std]
#![no_main]

use board_tests::{Board, experiment, ticks};
use core::cell::RefCell;
use critical_section::Mutex;
use indivisible::{
    latest::{Latest, Writer},
    stats::{Recorder, ShardedStats},
};

const ADDED: u32 = 10_000;
const EACH: u32 = u32::MAX;

static SUM: ShardedStats<2> = ShardedStats::new();
/// The sum of SysTick's additions; both halves of each value are equal.
static OF_TICKS: Latest<u64> = Latest::new();
const BOTH_HALVES: u64 = 1 << 32 | 1;

/// The handler's state. The critical section is for the harness, whose handlers are plain functions:
/// `latest_bare.rs` shows a handler without one.
static HANDLER: Mutex<RefCell<Option<Mine>>> = Mutex::new(RefCell::new(None));

struct Mine {
    recorder: Recorder<'static>,
    writer: Writer<'static, u64>,
}

fn tick() {
    critical_section::with(|section| {
        if let Some(mine) = HANDLER.borrow_ref_mut(section).as_mut() {
            mine.recorder.record(EACH);
            let last = mine.writer.last().unwrap_or(0);
            mine.writer.publish(last + BOTH_HALVES);
        }
    });
}

fn run(mut board: Board) -> bool {
    let (Ok(recorder), Ok(mut main), Some(writer)) = (SUM.claim(), SUM.claim(), OF_TICKS.claim())
    else {
        return false;
    };
    critical_section::with(|section| {
        HANDLER
            .borrow_ref_mut(section)
            .replace(Mine { recorder, writer })
    });

    defmt::info!("main and SysTick from now on");
    let mut torn = 0_u32;
    board.ticking(997, tick, || {
        for _ in 0..ADDED {
            main.record(EACH);
            let seen = OF_TICKS.read().unwrap_or(0);
            torn += u32::from(seen % BOTH_HALVES != 0);
        }
    });

    let (ticks, sum) = (u64::from(ticks()), SUM.snapshot());
    let count = u64::from(ADDED) + ticks;
    let exact = (sum.count, sum.total) == (count, count * u64::from(EACH))
        && OF_TICKS.read() == Some(ticks * BOTH_HALVES);
    defmt::info!("finished: exact {=bool}, torn {=u32}", exact, torn);
    // With fewer ticks there was no race.
    let enough = ticks > 100;
    defmt::info!("more than 100 ticks: {=bool}", enough);
    exact && torn == 0 && enough
}

experiment!(run);
