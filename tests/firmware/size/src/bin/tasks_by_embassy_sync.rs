//! Two tasks and a stop: one shows the steps that the handler counts, the other one stops it after the last.

#![no_std]
#![no_main]

use core::num::NonZero;
use cortex_m_rt::exception;
use embassy_executor::Spawner;
use embassy_futures::select::{Either, select};
use embassy_sync::{
    blocking_mutex::raw::CriticalSectionRawMutex as Raw, signal::Signal, watch::Watch,
};
use size_firmware::output;

const ALL_DONE: NonZero<u8> = NonZero::<u8>::MIN;
const STEPS: u32 = 1_000;

static DONE: Watch<Raw, u32, 2> = Watch::new();
static STOP: Signal<Raw, NonZero<u8>> = Signal::new();

#[exception]
fn SysTick() {
    DONE.sender().send_if_modified(|done| {
        let before = done.unwrap_or(0);
        if before == STEPS {
            return false;
        }
        *done = Some(before + 1);
        true
    });
}

#[embassy_executor::task]
async fn supervise() {
    if let Some(mut steps) = DONE.receiver() {
        steps.changed_and(|done| *done == STEPS).await;
        STOP.signal(ALL_DONE);
    }
}

#[embassy_executor::main]
async fn main(spawner: Spawner) {
    if let Ok(task) = supervise() {
        spawner.spawn(task);
    }
    let Some(mut steps) = DONE.receiver() else {
        return;
    };
    let reason = loop {
        match select(steps.changed(), STOP.wait()).await {
            Either::First(done) => output(done),
            Either::Second(reason) => break reason,
        }
    };
    output(reason.get().into());
}
