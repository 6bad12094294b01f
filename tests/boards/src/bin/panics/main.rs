//! Functions to disassemble: calls of every public function of the library.
//!
//! Each module has the name of a module of the library. The functions that its `load_store` and
//! `read_modify_write` call must not panic with any argument; those that its `loud` calls have a panic in
//! their documentation. Numbers are hidden from the compiler, which could else remove a panic.

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
    latest::load_store();
    progress::load_store();
    progress::loud();
    progress::loud_restart();
    race::load_store();
    stats::load_store();
    stop::load_store();
    wait::load_store();
    planted::loud();
    read_modify_write();
    true
}

#[cfg(back_end)]
fn read_modify_write() {
    atomic::read_modify_write();
    id::read_modify_write();
    id::loud();
    id::loud_limit();
    latest::read_modify_write();
    once::read_modify_write();
    pool::read_modify_write();
    progress::read_modify_write();
    progress::loud_try_restart();
    race::read_modify_write();
    stats::read_modify_write();
    stop::read_modify_write();
    update::read_modify_write();
    wait::read_modify_write();
}

#[cfg(not(back_end))]
fn read_modify_write() {}

experiment!(run);
