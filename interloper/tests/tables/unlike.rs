//! Tables that are wrong about their operations: each test of this file must fail, but those of `late` and `awaited`.
//!
//! ```toml
//! [interloper]
//! targets = ["thumbv7m-none-eabi"]
//! ```

use core::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use interloper_table::object;

object! {
    holds: AtomicU32 = AtomicU32::new(0),
    reset |holds| *holds.get_mut() = 0,
    main irq(1) fn add(holds) -> u32 { holds.fetch_add(1, Relaxed) },
    known [add, add], "it is right",
}

object! {
    right: AtomicU32 = AtomicU32::new(0),
    reset |right| *right.get_mut() = 0,
    main fn add(right) -> u32 { right.fetch_add(1, Relaxed) },
    main fn add_again(right) -> u32 { right.fetch_add(1, Relaxed) } wrong for add, caught by [load],
    irq(1) fn load(right) -> u32 { right.load(Relaxed) },
    // The one test that passes is of no interest here.
    known [add, load], "nothing",
}

object! {
    extra: AtomicU32 = AtomicU32::new(0),
    reset |extra| *extra.get_mut() = 0,
    main fn add(extra) -> u32 { extra.fetch_add(1, Relaxed) },
    irq(1) fn load(extra) -> u32 { extra.load(Relaxed) } extra 7 in [add],
}

object! {
    torn: AtomicU32 = AtomicU32::new(0),
    reset |torn| *torn.get_mut() = 0,
    main irq(1) fn add(torn) { torn.store(torn.load(Relaxed) + 1, Relaxed) },
    state |torn| torn.load(Relaxed),
}

object! {
    needless: AtomicU32 = AtomicU32::new(0),
    reset |needless| *needless.get_mut() = 0,
    main fn add(needless) { needless.fetch_add(1, Relaxed); },
    main fn load_then_store(needless) { needless.store(needless.load(Relaxed) + 1, Relaxed) }
        wrong for add, caught by [add_two, look],
    irq(1) fn add_two(needless) { needless.fetch_add(2, Relaxed); },
    irq(2) fn look(needless) { needless.load(Relaxed); },
    state |needless| needless.load(Relaxed),
}

object! {
    never: AtomicU32 = AtomicU32::new(0),
    main fn spin(never) { while never.load(Relaxed) == 0 {} },
    irq(1) fn look(never) -> u32 { never.load(Relaxed) },
}

object! {
    awake: AtomicU32 = AtomicU32::new(0),
    reset |awake| *awake.get_mut() = 0,
    main fn load(awake) -> u32 { awake.load(Relaxed) } sleeps,
    irq(1) fn add(awake) -> u32 { awake.fetch_add(1, Relaxed) },
}

object! {
    polls: AtomicU32 = AtomicU32::new(0),
    reset |polls| *polls.get_mut() = 0,
    main fn spin(polls) { while polls.load(Relaxed) == 0 {} } sleeps,
    irq(1) fn add(polls) -> u32 { polls.fetch_add(1, Relaxed) },
}

object! {
    patient: AtomicU32 = AtomicU32::new(0),
    reset |patient| *patient.get_mut() = 0,
    main fn count(patient) -> u32 {
        let mut polls = 0;
        while patient.load(Relaxed) == 0 && polls < 200_000 { polls += 1 }
        polls
    },
    irq(1) fn end(patient) { patient.store(1, Relaxed) },
}

/// A value whose text needs a section.
pub struct Guarded(AtomicU32);

impl core::fmt::Debug for Guarded {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        critical_section::with(|_| self.0.load(Relaxed)).fmt(f)
    }
}

object! {
    waits: Guarded = Guarded(AtomicU32::new(0)),
    main fn hold(waits) { critical_section::with(|_| waits.0.store(0, Relaxed)) },
    core fn refer(waits) -> &'static Guarded { waits },
}

// A core that waits spins for thousands of instructions for each one of the other core, in a round that lets it.
object! {
    late: AtomicBool = AtomicBool::new(false),
    object work: AtomicU32 = AtomicU32::new(0),
    reset |late, work| { *late.get_mut() = false; *work.get_mut() = 0; },
    main fn wait(late) { wait(late) },
    core fn set(late, work) { set(late, work) },
}

object! {
    awaited: AtomicBool = AtomicBool::new(false),
    object work: AtomicU32 = AtomicU32::new(0),
    reset |awaited, work| { *awaited.get_mut() = false; *work.get_mut() = 0; },
    main fn set(awaited, work) { set(awaited, work) },
    core fn wait(awaited) { wait(awaited) },
}

fn wait(done: &AtomicBool) {
    while !done.load(Relaxed) {}
}

fn set(done: &AtomicBool, work: &AtomicU32) {
    (0..4_000).for_each(|n| work.store(n, Relaxed));
    done.store(true, Relaxed);
}
