//! Two tasks and a stop: one shows the steps that the handler counts, the other one stops it after the last.

#![no_std]
#![no_main]

use core::num::NonZero;
use cortex_m_rt::exception;
use embassy_executor::Spawner;
use embassy_futures::select::{Either, select};
use indivisible::{progress::Progress, stop::StopSignal, wait::task::Wakers};
use size_firmware::output;

const ALL_DONE: NonZero<u8> = NonZero::<u8>::MIN;

static DONE: Progress<Wakers<2>> = Progress::with_unparker(1_000, Wakers::new());
static STOP: StopSignal<NonZero<u8>, Wakers<1>> = StopSignal::with_unparker(Wakers::new());

#[exception]
fn SysTick() {
    DONE.advance(1);
}

#[embassy_executor::task]
async fn supervise() {
    if DONE.completed().await.is_ok() {
        let (Ok(()) | Err(_)) = STOP.request_stop(ALL_DONE);
    }
}

#[embassy_executor::main]
async fn main(spawner: Spawner) {
    if let Ok(task) = supervise() {
        spawner.spawn(task);
    }
    let mut seen = 0;
    let reason = loop {
        match select(DONE.changed(seen), STOP.requested()).await {
            Either::First(Ok(done)) => {
                seen = done;
                output(done as u32);
            }
            Either::First(Err(_)) => break STOP.requested().await,
            Either::Second(reason) => break reason,
        }
    };
    if let Ok(reason) = reason {
        output(reason.get().into());
    }
}
