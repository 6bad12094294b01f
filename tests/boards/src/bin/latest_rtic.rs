//! RTIC 2: a task publishes pairs, `idle` reads them untorn.
//!
//! `init` has a local in a `static` that it may borrow mutably: it splits the local into the writer, for
//! the task, and the reader. No lock is taken, and no claim is made at run time.

#![no_std]
#![no_main]

use board_tests as _;

#[rtic::app(device = lm3s6965)]
mod app {
    use cortex_m::peripheral::syst::SystClkSource;
    use indivisible::latest::{Latest, Writer};

    #[shared]
    struct Shared {}

    #[local]
    struct Local {
        writer: Writer<'static, (u32, u32)>,
        counted: &'static Latest<(u32, u32)>,
    }

    #[init(local = [latest: Latest<(u32, u32)> = Latest::new()])]
    fn init(context: init::Context) -> (Shared, Local) {
        let mut timer = context.core.SYST;
        timer.set_clock_source(SystClkSource::Core);
        timer.set_reload(997);
        timer.clear_current();
        timer.enable_interrupt();
        timer.enable_counter();

        let (writer, counted) = context.local.latest.split();
        (Shared {}, Local { writer, counted })
    }

    #[task(binds = SysTick, local = [writer])]
    fn tick(context: tick::Context) {
        let writer = context.local.writer;
        let (count, sum) = writer.last().unwrap_or_default();
        writer.publish((count + 1, sum + count + 1));
    }

    #[idle(local = [counted])]
    fn idle(context: idle::Context) -> ! {
        let mut whole = true;
        let count = loop {
            let Some((count, sum)) = context.local.counted.read() else {
                continue;
            };
            whole &= sum == count * (count + 1) / 2;
            if count >= 1_000 {
                break count;
            }
        };
        defmt::info!("{=u32} ticks", count);
        defmt::info!("every pair whole: {=bool}", whole);
        board_tests::end(whole)
    }
}
