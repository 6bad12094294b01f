//! `WFE`, `SEV` and the event register, on one core and on two.
//!
//! ```toml
//! [interloper.builds.v6]
//! target = "thumbv6m-none-eabi"
//!
//! [interloper.builds.v7]
//! target = "thumbv7m-none-eabi"
//! features = ["exclusive"]
//!
//! [interloper.builds.v8]
//! target = "thumbv8m.main-none-eabi"
//! features = ["exclusive", "monitor-events"]
//! ```

use core::{
    arch::asm,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
};
use interloper_table::object;

fn wfe() {
    // SAFETY: it changes the event register and nothing else.
    unsafe { asm!("wfe") }
}

fn sev() {
    // SAFETY: as for `wfe`.
    unsafe { asm!("sev") }
}

// The event register keeps an event between the check and the `WFE`.
object! {
    event: AtomicBool = AtomicBool::new(false),
    reset |event| *event.get_mut() = false,
    main fn wait(event) { while !event.load(Relaxed) { wfe() } },
    // `WFE` clears the register: after the check, the event of `wake` may be the one that is cleared.
    main fn drain_after_the_check(event) {
        while !event.load(Relaxed) {
            sev();
            wfe();
            wfe();
        }
    } wrong for wait, caught by [wake],
    core irq(1) fn wake(event) { event.store(true, Relaxed); sev() },
    // The return from an exception is an event.
    irq(1) fn wake_by_the_return(event) { event.store(true, Relaxed) },
    // The handler takes the event before it returns, so that of the return is the only one.
    irq(1) fn wake_and_take_the_event(event) { event.store(true, Relaxed); sev(); wfe() },
    core fn wake_before_the_store(event) { sev(); event.store(true, Relaxed) } wrong for wake, caught by [wait],
    core fn wake_silently(event) { event.store(true, Relaxed) } wrong for wake, caught by [wait],
}

// A sleep may end without an event.
object! {
    early: AtomicBool = AtomicBool::new(false),
    reset |early| *early.get_mut() = false,
    main fn wait(early) -> bool {
        while !early.load(Relaxed) { wfe() }
        early.load(Relaxed)
    },
    main fn wait_once(early) -> bool {
        if !early.load(Relaxed) { wfe() }
        early.load(Relaxed)
    } wrong for wait, caught by [wake],
    core irq(1) fn wake(early) { early.store(true, Relaxed); sev() },
}

// The event register keeps an event from one call to the next.
object! {
    between: AtomicBool = AtomicBool::new(false),
    reset |between| *between.get_mut() = false,
    main fn wait(between) = [
        check -> bool { between.load(Relaxed) },
        sleep { loop { wfe(); if between.load(Relaxed) { break } } },
    ],
    core irq(1) fn wake(between) { between.store(true, Relaxed); sev() },
}

// The same for the event of a handler's return.
object! {
    after: AtomicBool = AtomicBool::new(false),
    reset |after| *after.get_mut() = false,
    main fn wait(after) = [
        check -> bool { after.load(Relaxed) },
        sleep { loop { wfe(); if after.load(Relaxed) { break } } },
    ],
    irq(1) fn wake(after) { after.store(true, Relaxed) },
}

/// Two cores, of which the one sleeps until the other one stores to the word that it has reserved.
#[cfg(feature = "exclusive")]
macro_rules! reserved {
    ($($known:tt)*) => { object! {
        reserved: AtomicBool = AtomicBool::new(false),
        reset |reserved| *reserved.get_mut() = false,
        main fn wait(reserved) { while !load_exclusive(reserved) { wfe() } },
        core fn store(reserved) { reserved.store(true, Relaxed) },
        $($known)*
    } };
}

#[cfg(feature = "exclusive")]
fn load_exclusive(word: &AtomicBool) -> bool {
    let value: u32;
    // SAFETY: it loads a byte, and reserves it.
    unsafe { asm!("ldrexb {}, [{}]", out(reg) value, in(reg) word.as_ptr()) }
    value != 0
}

#[cfg(feature = "monitor-events")]
reserved! {}

#[cfg(all(feature = "exclusive", not(feature = "monitor-events")))]
reserved! { known [wait, store], "a store is an event from Armv8-M on" }
