//! Three priorities that share a reading without a lock, and `idle` that sleeps in WFI until they have ended.

#![no_std]
#![no_main]

#[rtic::app(device = lm3s6965, dispatchers = [GPIOA])]
mod app {
    use cortex_m::peripheral::{SYST, syst::SystClkSource};
    use indivisible::{
        latest::{Latest, Reader, Writer},
        progress::Progress,
        stats::Stats,
        wait::{Interrupts, wfi::Wfi},
    };
    use semihosting::{println, process};

    const READINGS: usize = 20;

    /// Recorded by two priorities.
    static LEVELS: Stats = Stats::new();
    static CHECKED: Progress<Interrupts> = Progress::with_unparker(READINGS, Interrupts);
    static REPORTED: Progress<Interrupts> = Progress::with_unparker(READINGS, Interrupts);

    #[shared]
    struct Shared {}

    #[local]
    struct Local {
        timer: SYST,
        writer: Writer<'static, u32>,
        to_check: Reader<'static, u32>,
        to_report: Reader<'static, u32>,
    }

    #[init(local = [latest: Latest<u32> = Latest::new()])]
    fn init(context: init::Context) -> (Shared, Local) {
        let mut timer = context.core.SYST;
        timer.set_clock_source(SystClkSource::Core);
        timer.set_reload(100_000);
        timer.clear_current();
        timer.enable_interrupt();
        timer.enable_counter();

        let (writer, latest) = context.local.latest.split();
        let local = Local {
            timer,
            writer,
            to_check: latest.reader(),
            to_report: latest.reader(),
        };
        (Shared {}, local)
    }

    /// Measures until there are enough readings, and never waits for the two below.
    #[task(binds = SysTick, priority = 3, local = [timer, writer, number: usize = 0])]
    fn measure(context: measure::Context) {
        let measure::LocalResources {
            timer,
            writer,
            number,
            ..
        } = context.local;
        if *number < READINGS {
            *number += 1;
            let level = 100 + *number as u32;
            writer.publish(level);
            LEVELS.record(level);
            rtic::pend(lm3s6965::Interrupt::UART0);
        }
        // `spawn` fails until `report` has returned, and so also where `report` has read before this
        // `publish`. Hence the timer runs until a `spawn` after the last `publish` has succeeded.
        if report::spawn().is_ok() && *number == READINGS {
            timer.disable_interrupt();
        }
    }

    /// Sees each reading or the number of those that it missed.
    #[task(binds = UART0, priority = 2, local = [to_check])]
    fn check(context: check::Context) {
        if let Some((_, missed)) = context.local.to_check.newer_and_missed() {
            CHECKED.advance(1 + missed);
        }
    }

    /// A software task: the same at the lowest priority.
    #[task(priority = 1, local = [to_report])]
    async fn report(context: report::Context) {
        if let Some((level, missed)) = context.local.to_report.newer_and_missed() {
            LEVELS.record(level / 2);
            REPORTED.advance(1 + missed);
        }
    }

    #[idle]
    fn idle(_: idle::Context) -> ! {
        CHECKED.wait_complete(&Wfi).unwrap();
        REPORTED.wait_complete(&Wfi).unwrap();
        println!(
            "{} readings checked, {} reported",
            CHECKED.done(),
            REPORTED.done()
        );
        println!("the highest level: {}", LEVELS.snapshot().max.unwrap());
        process::exit(0)
    }
}
