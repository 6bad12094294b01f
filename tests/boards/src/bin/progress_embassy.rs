//! Embassy: two tasks await one progress that an interrupt advances.
//!
//! The progress has a slot for each of the two tasks, so each step wakes both; between steps the processor
//! sleeps. A third task gets an error, because no slot is free.

#![no_std]
#![no_main]

use board_tests::polls::counted;
use cortex_m::peripheral::syst::SystClkSource;
use cortex_m_rt::exception;
use embassy_executor::Spawner;
use indivisible::{progress::Progress, wait::task::Wakers};

const STEPS: usize = 10;
const TASKS: usize = 3;

static PROGRESS: Progress<Wakers<2>> = Progress::with_unparker(STEPS, Wakers::new());
static ENDED: Progress<Wakers<1>> = Progress::with_unparker(TASKS, Wakers::new());

#[exception]
fn SysTick() {
    PROGRESS.advance(1);
}

#[embassy_executor::task(pool_size = TASKS)]
async fn report() {
    // `PROGRESS.completed().await` would do; this program also counts the polls.
    match counted(PROGRESS.completed()).await {
        (Ok(()), polls) => defmt::info!("{}, after {=u32} polls", PROGRESS, polls),
        (Err(refused), polls) => defmt::info!("refused: {}, after {=u32} polls", refused, polls),
    }
    ENDED.advance(1);
}

#[embassy_executor::main]
async fn main(spawner: Spawner) {
    for _ in 0..TASKS {
        match report() {
            Ok(task) => spawner.spawn(task),
            Err(_) => board_tests::end(false),
        }
    }
    let Some(peripherals) = cortex_m::Peripherals::take() else {
        board_tests::end(false)
    };
    let mut timer = peripherals.SYST;
    timer.set_clock_source(SystClkSource::Core);
    timer.set_reload(99_999);
    timer.clear_current();
    timer.enable_interrupt();
    timer.enable_counter();

    let all = ENDED.completed().await;
    board_tests::end(all.is_ok())
}
