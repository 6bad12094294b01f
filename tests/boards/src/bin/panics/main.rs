//! Functions to be disassembled: every public function of the library, as somebody's firmware calls it.
//!
//! A module of the library is a module here. What is called in its `tier1` and `tier2` must not panic,
//! whatever it is given; its `loud` calls what says in its documentation that it panics. Numbers are
//! hidden from the compiler, or it would see that nothing goes wrong.

#![no_std]
#![no_main]

#[cfg(back_end)]
mod atomic;
#[cfg(back_end)]
mod id;
mod latest;
#[cfg(back_end)]
mod once;
mod planted;
#[cfg(back_end)]
mod pool;
mod progress;
mod race;
mod stats;
mod stop;
#[cfg(back_end)]
mod update;
mod wait;

use board_tests::{Board, experiment};

fn run(_: Board) -> bool {
    latest::tier1();
    progress::tier1();
    progress::loud();
    progress::loud_restart();
    race::tier1();
    stats::tier1();
    stop::tier1();
    wait::tier1();
    planted::loud();
    tier2();
    true
}

#[cfg(back_end)]
fn tier2() {
    atomic::tier2();
    id::tier2();
    id::loud();
    id::loud_limit();
    latest::tier2();
    once::tier2();
    pool::tier2();
    progress::tier2();
    progress::loud_try_restart();
    race::tier2();
    stats::tier2();
    stop::tier2();
    update::tier2();
    wait::tier2();
}

#[cfg(not(back_end))]
fn tier2() {}

experiment!(run);
