//! The chapter's stop flag: a handler works, item by item, until the UART receives `stop`.
//!
//! The chapter remarks that a request may be seen late: here in the next turn of the worker.

use crate::{
    Interrupts,
    one_core::{
        arch::cycles,
        console::{self, Console, Input},
    },
};
use core::{
    fmt::Write,
    ops::ControlFlow::{Break, Continue},
};
use indivisible::{
    atomic::{AtomicU32, Ordering::Relaxed},
    stop::StopFlag,
};
use scenarios::{Party, command::Command};

static STOP: StopFlag = StopFlag::new();
static ITEMS: AtomicU32 = AtomicU32::new(0);
/// The time at which the worker saw the request, in cycles.
static SEEN: AtomicU32 = AtomicU32::new(0);

/// Works beside the UART; after the request at most one further item is done.
pub fn stop_flag(interrupts: &Interrupts) -> bool {
    let work = || {
        if STOP.stop_requested() {
            SEEN.store(cycles(), Relaxed);
            return Break(());
        }
        ITEMS.fetch_add(1, Relaxed);
        Continue(())
    };
    let (requested, at_request) = console::open(|console| {
        interrupts.run(&[&work], || {
            serve(console);
            let requested = cycles();
            STOP.request_stop();
            (requested, ITEMS.load(Relaxed))
        })
    });
    let late = ITEMS.load(Relaxed) - at_request;
    defmt::info!(
        "the request was seen {=u32} cycles after it was made",
        SEEN.load(Relaxed).wrapping_sub(requested)
    );
    defmt::info!(
        "{=u32} items done, {=u32} of them after the request",
        at_request + late,
        late
    );
    late <= 1
}

/// Answers commands until `stop`, or until the end of the input.
fn serve(console: &mut Console<'_>) {
    loop {
        match console.read() {
            Input::Line(line) => match Command::parse(&line) {
                Command::Nothing => (),
                command => {
                    answer(console, command);
                    if command == Command::Stop {
                        return;
                    }
                }
            },
            Input::TooLong(bytes) => {
                defmt::warn!("line of {=usize} bytes ignored", bytes);
                answer(console, Command::TooLong);
            }
            Input::Lost(bytes) => defmt::warn!("{=u32} bytes lost: the queue was full", bytes),
            Input::Torn(bytes) => {
                defmt::warn!(
                    "line ignored, of which only {=usize} bytes have come",
                    bytes
                );
            }
            Input::End => return,
        }
    }
}

fn answer(console: &mut Console<'_>, command: Command<'_>) {
    // Transmitting does not fail, and neither does formatting.
    writeln!(console, "{command}").ok();
}
