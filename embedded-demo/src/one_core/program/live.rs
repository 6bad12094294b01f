//! The chapter's progress report on the UART, drawn in one line by main, which sleeps in WFI between items.
//!
//! | handler | main |
//! |---|---|
//! | a turn of its work at each tick | WFI; checks the count, WFI |
//! | after [`TURNS`] turns: `advance` | WFI ends; finds another count, draws the line |
//!
//! A main that polled would draw the same; this one leaves the processor asleep.

use crate::{
    Interrupts,
    one_core::console::{self, Console},
};
use core::{
    fmt::Write,
    ops::ControlFlow::{Break, Continue},
};
use indivisible::{
    atomic::{AtomicU32, Ordering::Relaxed},
    progress::Progress,
    wait,
};
use scenarios::Party;

const ITEMS: usize = 100;

/// Turns of an item: 30 ms of ticks, so that a person can follow the line.
const TURNS: u32 = 240;

/// Draws the count whenever it has changed, until all items are done.
pub fn live(interrupts: &Interrupts) -> bool {
    let progress = Progress::with_unparker(ITEMS, interrupts.unparker());
    let turns = AtomicU32::new(0);
    let work = || {
        let turns = turns.fetch_add(1, Relaxed) + 1;
        if turns.is_multiple_of(TURNS) {
            progress.advance(1);
        }
        if progress.is_complete() {
            Break(())
        } else {
            Continue(())
        }
    };
    let drawn =
        console::open(|console| interrupts.run(&[&work], || draw(console, interrupts, &progress)));
    defmt::info!("the line was drawn {=u32} times", drawn);
    progress.is_complete()
}

/// Draws the line until it shows the last item, or until none follows in time; returns how often.
fn draw(
    console: &mut Console<'_>,
    interrupts: &Interrupts,
    progress: &Progress<wait::Interrupts>,
) -> u32 {
    let (mut shown, mut drawn) = (0, 0);
    loop {
        // Transmitting does not fail, and neither does formatting.
        write!(console, "\rWorking.. {shown}/{ITEMS} done").ok();
        drawn += 1;
        match progress.wait_change(shown, &interrupts.parker()) {
            Ok(done) if done > shown => shown = done,
            // All items are shown, or the time is up.
            _ => break,
        }
    }
    writeln!(console).ok();
    drawn
}
