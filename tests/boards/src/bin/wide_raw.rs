//! portable-atomic's 64-bit atomic on a Cortex-M3 without this library: a global spin lock.
//!
//! `main` alone finishes. Then SysTick adds to the same word: it preempts `main` inside the lock and spins,
//! so `main` never continues. The run ends at its time limit.

#![no_std]
#![no_main]

use board_tests::{Board, experiment, ticks};
use portable_atomic::{AtomicU64, Ordering::Relaxed};

const ADDED: u32 = 10_000;
const EACH: u64 = u32::MAX as u64;

static SUM: AtomicU64 = AtomicU64::new(0);

fn add() {
    SUM.fetch_add(EACH, Relaxed);
}

fn run(mut board: Board) -> bool {
    defmt::info!(
        "64 bits are lock-free: {=bool}",
        AtomicU64::is_always_lock_free()
    );
    (0..ADDED).for_each(|_| add());
    defmt::info!(
        "main alone: exact {=bool}",
        SUM.load(Relaxed) == u64::from(ADDED) * EACH
    );

    defmt::info!("main and SysTick from now on");
    board.ticking(997, add, || (0..ADDED).for_each(|_| add()));
    defmt::error!("finished, after {=u32} ticks", ticks());
    false
}

experiment!(run);
