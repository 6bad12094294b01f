//! Two cores, and an interrupt on either of them.
//!
//! ```toml
//! [interloper]
//! targets = ["thumbv6m-none-eabi", "thumbv7m-none-eabi"]
//! ```

use core::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use interloper_table::object;

fn increment(counter: &AtomicU32) -> u32 {
    let before = counter.load(Relaxed);
    counter.store(before + 1, Relaxed);
    before
}

// A section keeps the other core out; masking interrupts alone does not.
object! {
    section: AtomicU32 = AtomicU32::new(0),
    reset |section| *section.get_mut() = 0,
    main core irq(1) fn increment(section) -> u32 { critical_section::with(|_| increment(section)) },
    main fn bare(section) -> u32 { increment(section) } wrong for increment, caught by [increment],
    state |section| section.load(Relaxed),
}

// Each core waits for the lock that the other one holds.
object! {
    deadlock: [AtomicU32; 2] = [const { AtomicU32::new(0) }; 2],
    reset |deadlock| *deadlock = [const { AtomicU32::new(0) }; 2],
    main fn in_order(deadlock) { critical_section::with(|_| deadlock[0].load(Relaxed)); },
    main fn crosswise(deadlock) {
        lock(&deadlock[0]);
        lock(&deadlock[1]);
        deadlock[1].store(0, Relaxed);
        deadlock[0].store(0, Relaxed);
    } wrong for in_order, caught by [other],
    core fn other(deadlock) {
        lock(&deadlock[1]);
        lock(&deadlock[0]);
        deadlock[0].store(0, Relaxed);
        deadlock[1].store(0, Relaxed);
    },
    state |deadlock| [deadlock[0].load(Relaxed), deadlock[1].load(Relaxed)],
}

fn lock(word: &AtomicU32) {
    while critical_section::with(|_| {
        let is_held = word.load(Relaxed);
        word.store(1, Relaxed);
        is_held
    }) == 1 {}
}

// Sequentially consistent cores: each announces itself, then loads the other announcement; one finds it.
object! {
    announce: [AtomicU32; 2] = [const { AtomicU32::new(0) }; 2],
    reset |announce| *announce = [const { AtomicU32::new(0) }; 2],
    main fn first(announce) = [
        store { announce[0].store(1, Relaxed) },
        look -> u32 { announce[1].load(Relaxed) },
    ],
    core fn second(announce) = [
        store { announce[1].store(1, Relaxed) },
        look -> u32 { announce[0].load(Relaxed) },
    ],
}

// A call is invoked by its first instruction, also the first call of a core: `is_filled` may run after `one` has
// returned.
object! {
    invoked: AtomicU32 = AtomicU32::new(0),
    object is_held: AtomicBool = AtomicBool::new(false),
    reset |invoked, is_held| { *invoked.get_mut() = 0; *is_held.get_mut() = false; },
    main fn fill(invoked, is_held) = [one { add(invoked, is_held) }, other { add(invoked, is_held) }],
    core fn is_filled(invoked) -> bool { invoked.load(Relaxed) != 0 },
    // Answers while `other` is under way what was true before `one`.
    core fn is_filled_unless_held(invoked, is_held) -> bool {
        !is_held.load(Relaxed) && invoked.load(Relaxed) != 0
    } wrong for is_filled, caught by [fill],
}

fn add(sum: &AtomicU32, is_held: &AtomicBool) {
    is_held.store(true, Relaxed);
    sum.store(sum.load(Relaxed) + 1, Relaxed);
    is_held.store(false, Relaxed);
}

// A condition that needs a section holds off until the other core has left it: it sees both words, or neither.
object! {
    guarded: [AtomicU32; 2] = [const { AtomicU32::new(0) }; 2],
    reset |guarded| *guarded = [const { AtomicU32::new(0) }; 2],
    main core irq(1) fn add(guarded) { critical_section::with(|_| { guarded.each_ref().map(increment); }) },
    main fn add_apart(guarded) {
        critical_section::with(|_| increment(&guarded[0]));
        critical_section::with(|_| increment(&guarded[1]));
    } wrong for add, caught by [add],
    always |guarded| critical_section::with(|_| guarded[0].load(Relaxed) == guarded[1].load(Relaxed)), "both are equal",
}

// The same for an answer outside every order: a call that is invoked after `hold` has returned has no excuse.
object! {
    excused: AtomicBool = AtomicBool::new(false),
    reset |excused| *excused.get_mut() = false,
    main fn hold(excused) {
        excused.store(true, Relaxed);
        excused.store(false, Relaxed);
    },
    main fn hold_for_ever(excused) { excused.store(true, Relaxed) } wrong for hold, caught by [pass],
    core fn pass(excused) -> Option<()> { (!excused.load(Relaxed)).then_some(()) } extra None in [hold, hold_for_ever],
}

// One core waits for the other, and no handler takes part: the loop touches no word that the other core is known to
// write before it has run.
object! {
    wait: AtomicBool = AtomicBool::new(false),
    reset |wait| *wait.get_mut() = false,
    main fn wait(wait) { while !wait.load(Relaxed) {} },
    core fn set(wait) { wait.store(true, Relaxed) },
    core fn forget(wait) { wait.store(false, Relaxed) } wrong for set, caught by [wait],
}
