//! Main sleeps until the handler has done its part.

use crate::table::Says;
use core::sync::atomic::{AtomicBool, Ordering::{Acquire, Release}};
use indivisible::{
    progress::Progress,
    wait::{Interrupts, Park, wfi::Wfi},
};
use interloper_table::object;

mod gap {
    use super::*;

    #[inline(always)]
    fn wait(ready: &AtomicBool) -> Says {
        while !ready.load(Acquire) {
            wfi();
        }
        Says("goes on")
    }

    #[inline(always)]
    fn make_ready(ready: &AtomicBool) {
        ready.store(true, Release);
    }

    #[inline(always)]
    fn wfi() {
        // SAFETY: it changes no memory and no register.
        unsafe { core::arch::asm!("wfi") }
    }

    object! {
        ready: AtomicBool = AtomicBool::new(false),
        main fn main(ready) -> Says { wait(ready) },
        irq(1) fn handler(ready) { make_ready(ready) },
        state |ready| ready.load(Acquire),
    }
}

mod park {
    use super::*;

    #[inline(always)]
    fn wait(ready: &AtomicBool) -> Says {
        while !ready.load(Acquire) {
            let check = &mut || ready.load(Acquire);
            if Wfi.park_unless(&Interrupts, check).is_err() {
                return Says("gives up");
            }
        }
        Says("goes on")
    }

    #[inline(always)]
    fn make_ready(ready: &AtomicBool) {
        ready.store(true, Release);
    }

    object! {
        ready: AtomicBool = AtomicBool::new(false),
        main fn main(ready) -> Says { wait(ready) },
        irq(1) fn handler(ready) { make_ready(ready) },
        state |ready| ready.load(Acquire),
    }
}

mod wait {
    use super::*;

    #[inline(always)]
    fn wait(ticks: &Progress<Interrupts>) -> Says {
        match ticks.wait_complete(&Wfi) {
            Ok(_) => Says("goes on"),
            Err(_) => Says("gives up"),
        }
    }

    #[inline(always)]
    fn make_ready(ticks: &Progress<Interrupts>) {
        ticks.advance(1);
    }

    object! {
        ticks: Progress<Interrupts> = Progress::with_unparker(1, Interrupts),
        main fn main(ticks) -> Says { wait(ticks) },
        irq(1) fn handler(ticks) { make_ready(ticks) },
        state |ticks| ticks.is_complete(),
    }
}
