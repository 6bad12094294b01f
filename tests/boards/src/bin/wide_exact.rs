//! What `wide_raw.rs` hangs at, done with this library's types: it finishes, and is exact.

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
/// What SysTick has added; its halves are alike in every value.
static OF_TICKS: Latest<u64> = Latest::new();
const BOTH_HALVES: u64 = 1 << 32 | 1;

/// What the handler keeps. The section is the harness's, whose handlers are plain functions: see
/// `latest_bare.rs` for a handler that needs none.
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
    // Fewer would have been no race.
    let enough = ticks > 100;
    defmt::info!("more than 100 ticks: {=bool}", enough);
    exact && torn == 0 && enough
}

experiment!(run);
