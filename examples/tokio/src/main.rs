//! Tasks of tokio that await what a blocking thread does, and a stop with a reason.

use indivisible::{progress::Progress, stop::StopSignal, wait::task::Wakers};

#[derive(Debug)]
enum Why {
    Complete,
}

const STEPS: usize = 100;

/// Two waits at a time: one of each task.
static DONE: Progress<Wakers<2>> = Progress::with_unparker(STEPS, Wakers::new());
static STOP: StopSignal<&'static Why, Wakers<1>> = StopSignal::with_unparker(Wakers::new());

/// Awaits each quarter, however many steps are done when it is polled.
async fn report() {
    for quarter in 1..=4 {
        let steps = quarter * STEPS / 4;
        let done = DONE.reached(steps).await.unwrap();
        assert!(done >= steps);
        println!("{steps} of {} done", DONE.total());
    }
    STOP.request_stop(&Why::Complete).unwrap();
}

/// Sees changes, each of one step or several, until the stop.
async fn watch() -> &'static Why {
    let mut seen = 0;
    loop {
        tokio::select! {
            change = DONE.changed(seen), if seen < STEPS => seen = change.unwrap(),
            why = STOP.requested() => return why.unwrap(),
        }
    }
}

#[tokio::main]
async fn main() {
    let tasks = (tokio::spawn(report()), tokio::spawn(watch()));
    // It blocks, and so it has a thread of its own; `advance` does not.
    let work = tokio::task::spawn_blocking(|| (0..STEPS).for_each(|_| DONE.advance(1)));

    work.await.unwrap();
    tasks.0.await.unwrap();
    let why = tasks.1.await.unwrap();
    println!("stopped: {why:?}");
}
