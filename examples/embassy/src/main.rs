//! Two tasks that await what an interrupt does, and a stop with a reason.

#![no_std]
#![no_main]

use cortex_m::{Peripherals, peripheral::syst::SystClkSource};
use cortex_m_rt::exception;
use embassy_executor::Spawner;
use embassy_futures::select::{Either, select};
use indivisible::{progress::Progress, stop::StopSignal, wait::task::Wakers};
use semihosting::{println, process};

#[derive(Debug)]
enum Why {
    AllTicksCounted,
}

/// Two waits at a time: one of each task.
static TICKS: Progress<Wakers<2>> = Progress::with_unparker(10, Wakers::new());
static STOP: StopSignal<&'static Why, Wakers<1>> = StopSignal::with_unparker(Wakers::new());
static ENDED: Progress<Wakers<1>> = Progress::with_unparker(2, Wakers::new());

#[exception]
fn SysTick() {
    TICKS.advance(1);
}

#[embassy_executor::task]
async fn supervise() {
    TICKS.completed().await.unwrap();
    // The first reason wins; this is the only one.
    STOP.request_stop(&Why::AllTicksCounted).unwrap();
    ENDED.advance(1);
}

#[embassy_executor::task]
async fn work() {
    let mut seen = 0;
    let why = loop {
        // The wait that loses is dropped, and with it its place among the wakers.
        match select(TICKS.changed(seen), STOP.requested()).await {
            Either::First(Ok(done)) => seen = done,
            // All ticks are done: there is nothing left but the stop.
            Either::First(Err(_)) => break STOP.requested().await.unwrap(),
            Either::Second(why) => break why.unwrap(),
        }
    };
    println!(
        "stopped after {} of {} ticks: {why:?}",
        TICKS.done(),
        TICKS.total()
    );
    ENDED.advance(1);
}

#[embassy_executor::main]
async fn main(spawner: Spawner) {
    spawner.spawn(supervise().unwrap());
    spawner.spawn(work().unwrap());

    let mut timer = Peripherals::take().unwrap().SYST;
    timer.set_clock_source(SystClkSource::Core);
    timer.set_reload(100_000);
    timer.clear_current();
    timer.enable_interrupt();
    timer.enable_counter();

    ENDED.completed().await.unwrap();
    println!("{} tasks have ended", ENDED.done());
    process::exit(0)
}
