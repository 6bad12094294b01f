//! The last ID, with every policy, in `main` and in an interrupt: every policy refuses, and the panic of
//! `Aborting` ends the run.

#![no_std]
#![no_main]

use board_tests::{Board, demand, experiment, on_demand};
use core::num::NonZero;
use indivisible::id::{Aborting, IdAllocator, RollingBack, Wrapping};

const LIMIT: u8 = 2;

static CHECKED: IdAllocator<u8> = IdAllocator::with_limit(LIMIT);
static ROLL_BACK: IdAllocator<u8, RollingBack> = IdAllocator::rolling_back(LIMIT);
static ABORT: IdAllocator<u8, Aborting> = IdAllocator::aborting(LIMIT);
static WRAPPING: IdAllocator<NonZero<u8>, Wrapping> = IdAllocator::wrapping();

fn allocate(context: &str) {
    defmt::info!(
        "{=str}: checked {}, lease {}, roll back {}, wrapping {}",
        context,
        CHECKED.allocate(),
        CHECKED.lease(1).map(|lease| lease.remaining()),
        ROLL_BACK.allocate(),
        WRAPPING.allocate().get()
    );
}

fn run(_: Board) -> bool {
    for _ in 1..u8::MAX {
        let _ = WRAPPING.allocate();
    }
    on_demand(|| allocate("in an interrupt"));
    // A lease that is given back keeps the same number of IDs free.
    allocate("main, two left");
    demand();
    allocate("main, none left");
    demand();

    defmt::info!(
        "abort: {=u8}, then {=u8}",
        ABORT.allocate(),
        ABORT.allocate()
    );
    on_demand(|| defmt::error!("abort: {=u8}", ABORT.allocate()));
    demand();
    false
}

experiment!(run);
