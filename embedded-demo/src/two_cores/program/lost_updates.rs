//! Increments of four counters by both cores at once: two counters are exact, and two lose increments.
//!
//! The losses show that the cores run at once. The tour does not show that: all its facts hold on one core, too.

use crate::Cores;
use core::ops::ControlFlow::Break;
use cortex_m::interrupt;
use indivisible::atomic::{AtomicU32, Ordering::Relaxed};
use scenarios::Party;

/// Increments by each core in one round.
const EACH: u32 = 20_000;

/// Rounds without a loss until the program gives up. Mostly the first loses some.
const ROUNDS: u32 = 500;

/// Counts until both wrong counters have lost something; the right ones must never.
pub fn lost_updates(cores: &Cores) -> bool {
    let [added, locked, masked, stored] = &[const { AtomicU32::new(0) }; 4];
    let count = || {
        for _ in 0..EACH {
            added.fetch_add(1, Relaxed);
            critical_section::with(|_| load_and_store(locked));
        }
        // In a loop of its own: a core that waits for the lock does not collide.
        for _ in 0..EACH {
            interrupt::free(|_| load_and_store(masked));
            load_and_store(stored);
        }
    };
    let work = || {
        count();
        Break(())
    };
    let mut made = 0;
    let lost = |made: u32, counter: &AtomicU32| made - counter.load(Relaxed);
    for _ in 0..ROUNDS {
        cores.run(&[&work], count);
        made += 2 * EACH;
        if lost(made, masked) > 0 && lost(made, stored) > 0 {
            break;
        }
    }
    defmt::info!(
        "{=u32} of {=u32} lost by fetch_add",
        lost(made, added),
        made
    );
    defmt::info!(
        "{=u32} of {=u32} lost in critical sections",
        lost(made, locked),
        made
    );
    defmt::info!(
        "{=u32} of {=u32} lost with interrupts masked",
        lost(made, masked),
        made
    );
    defmt::info!(
        "{=u32} of {=u32} lost by load and store",
        lost(made, stored),
        made
    );
    lost(made, added) == 0
        && lost(made, locked) == 0
        && lost(made, masked) > 0
        && lost(made, stored) > 0
}

fn load_and_store(counter: &AtomicU32) {
    counter.store(counter.load(Relaxed) + 1, Relaxed);
}
