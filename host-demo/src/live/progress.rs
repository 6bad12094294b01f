//! The chapter's progress report, in its two forms: main sleeps for a second, or until the worker wakes it.

use core::{cell::Cell, time::Duration};
use std::{
    io::{self, Write},
    process::ExitCode,
    time::Instant,
};

use anyhow::Result;
use indivisible::{
    progress::{SingleProgress, Writer},
    wait::{
        Unpark,
        thread::{CurrentThread, ThreadSlot},
    },
};

use super::{STOP, beside, ended, listen, pace::Pace, stage::Stage};

const ITEMS: usize = 100;
/// All of them end in the middle of a second, so that main sees the end late where it sleeps for seconds.
const ITEM: Duration = Duration::from_millis(125);
const SECOND: Duration = Duration::from_secs(1);

/// Main reads the count, then sleeps for a second, whatever the worker does meanwhile.
pub(crate) fn each_second(pace: Pace, plain: bool) -> Result<ExitCode> {
    let stage = Stage::new(ITEMS, plain);
    stage.title("Progress: the worker stores its count, and main reads it once a second.")?;
    let second = CurrentThread::with_timeout(pace.of(SECOND));
    watch(stage, SingleProgress::new(ITEMS), pace, |_, _| {
        STOP.wait(&second)?;
        Ok(())
    })
}

/// Main sleeps until the count has changed; a second is only its limit, as in the chapter.
pub(crate) fn at_each_item(pace: Pace, plain: bool) -> Result<ExitCode> {
    let stage = Stage::new(ITEMS, plain);
    stage.title("Progress with unpark: the worker wakes main after each item.")?;
    let second = CurrentThread::with_timeout(pace.of(SECOND));
    let progress = SingleProgress::with_unparker(ITEMS, ThreadSlot::new());
    watch(stage, progress, pace, |progress, seen| {
        match progress.wait_change(seen, &second) {
            // A stop has ended the worker, and its writer with it: that wakes main, too.
            Err(_) if STOP.stop_requested() => Ok(()),
            changed => Ok(changed.map(drop)?),
        }
    })
}

/// Shows the count each time `wait` returns, until all items are done or a stop is requested.
fn watch<U: Unpark + Send + Sync>(
    stage: Stage,
    mut progress: SingleProgress<U>,
    pace: Pace,
    wait: impl Fn(&SingleProgress<U>, usize) -> Result<()>,
) -> Result<ExitCode> {
    listen()?;
    let (writer, progress) = progress.split();
    let (seen_at, waits) = (Cell::new(Instant::now()), Cell::new(0));
    let last_items = beside([|| work(writer, pace)], || {
        loop {
            let done = progress.done();
            seen_at.set(Instant::now());
            stage.show(done, &[])?;
            if done == ITEMS || STOP.stop_requested() {
                return Ok(());
            }
            wait(progress, done)?;
            waits.set(waits.get() + 1);
        }
    })?;
    // The worker ends its item after a stop.
    let done = progress.done();
    stage.end(done, &[])?;
    if let (ITEMS, [last_item]) = (done, &last_items[..]) {
        let late = seen_at.get().saturating_duration_since(*last_item);
        let waits = waits.get();
        writeln!(
            io::stdout(),
            "Done! Main slept {waits} times, and saw the end {late:.1?} after the last item."
        )?;
    }
    ended(done == ITEMS)
}

/// Works until all items are done or a stop is requested; returns when the last item was done.
fn work<U: Unpark>(mut writer: Writer<'_, U>, pace: Pace) -> Instant {
    let mut last_item = Instant::now();
    while writer.done() < ITEMS && !STOP.stop_requested() {
        pace.work(ITEM);
        // Before main can see it.
        last_item = Instant::now();
        writer.advance(1);
    }
    last_item
}
