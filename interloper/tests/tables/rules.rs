//! Each rule of the oracle, with a wrong version that this rule alone catches.
//!
//! ```toml
//! [interloper]
//! targets = ["thumbv7m-none-eabi"]
//! ```

use core::{
    future::poll_fn,
    sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed},
    task::Poll,
};
use interloper_table::{Task, object};

// The answers are those of an order.
object! {
    answers: [AtomicU32; 2] = [const { AtomicU32::new(0) }; 2],
    main fn swap(answers) -> u32 { answers[0].swap(1, Relaxed) },
    main fn load_then_store(answers) -> u32 {
        let before = answers[0].load(Relaxed);
        answers[0].store(1, Relaxed);
        before
    } wrong for swap, caught by [take],
    irq(1) fn take(answers) -> u32 { answers[0].swap(2, Relaxed) },
}

// The state at the end is that of the same order. Both answers are `()`.
object! {
    state: AtomicU32 = AtomicU32::new(0),
    main fn add(state) { state.fetch_add(1, Relaxed); },
    main fn load_then_store(state) { state.store(state.load(Relaxed) + 1, Relaxed) }
        wrong for add, caught by [double],
    irq(1) fn double(state) { state.fetch_add(10, Relaxed); },
    state |state| state.load(Relaxed),
}

// A call that ended before another one began comes before it: the second call of `twice` must see what the handler
// stored, if the first one did. Without real-time order, the reads could be exchanged.
object! {
    time: [AtomicU32; 2] = [const { AtomicU32::new(0) }; 2],
    reset |time| *time = [const { AtomicU32::new(0) }; 2],
    main fn fresh(time) = [
        first -> u32 { time[0].load(Relaxed) },
        second -> u32 { time[0].load(Relaxed) },
    ],
    // Answers the older value last.
    main fn stale(time) = [
        first -> u32 { time[1].store(time[0].load(Relaxed), Relaxed); time[0].load(Relaxed) },
        second -> u32 { time[1].load(Relaxed) },
    ] wrong for fresh, caught by [store],
    irq(1) fn store(time) { time[0].store(7, Relaxed) },
}

// A call is invoked by its first instruction: a handler that returned before it comes before the call.
object! {
    invoked: AtomicU32 = AtomicU32::new(0),
    reset |invoked| *invoked.get_mut() = 0,
    main fn load(invoked) -> u32 { invoked.load(Relaxed) },
    // Right in the order in which the handler comes last.
    main fn guess(invoked) -> u32 { invoked.load(Relaxed) & 0 } wrong for load, caught by [store],
    irq(1) fn store(invoked) { invoked.store(7, Relaxed) },
}

// The text of an answer is read when the call returns: an answer may refer to the object.
object! {
    referred: AtomicU32 = AtomicU32::new(0),
    main fn leave(referred) { referred.fetch_add(0, Relaxed); },
    main fn flicker(referred) {
        referred.store(1, Relaxed);
        referred.store(0, Relaxed);
    } wrong for leave, caught by [refer],
    irq(1) fn refer(referred) -> &'static AtomicU32 { referred },
}

// A party that makes two calls is interrupted between them: the handler may see the first alone.
object! {
    list: AtomicU32 = AtomicU32::new(0),
    reset |list| *list.get_mut() = 0,
    main fn both(list) = [
        one { list.fetch_or(1, Relaxed); },
        other { list.fetch_or(2, Relaxed); },
    ],
    // In the wrong order.
    main fn reversed(list) = [
        one { list.fetch_or(2, Relaxed); },
        other { list.fetch_or(1, Relaxed); },
    ] wrong for both, caught by [look],
    irq(1) fn look(list) -> u32 { list.load(Relaxed) },
}

fn try_lock(lock: &AtomicBool) -> Option<()> {
    (!lock.swap(true, Relaxed)).then_some(())
}

// An answer outside every order is allowed while the other party is in progress, and must occur.
object! {
    lock: [AtomicBool; 2] = [const { AtomicBool::new(false) }; 2],
    reset |lock| *lock = [const { AtomicBool::new(false) }; 2],
    main fn hold(lock) -> bool {
        let held = try_lock(&lock[0]);
        lock[0].store(false, Relaxed);
        held.is_some()
    },
    // Refuses although nothing is in progress any more.
    main fn hold_for_ever(lock) -> bool { try_lock(&lock[0]).is_some() }
        wrong for hold, caught by [pass],
    irq(1) fn pass(lock) -> Option<()> {
        let held = try_lock(&lock[0]);
        if held.is_some() { lock[0].store(false, Relaxed) }
        held
    } extra None in [hold],
    // Refuses in silence, and leaves a trace: the refused call must have done nothing.
    irq(1) fn pass_loudly(lock) -> Option<()> {
        let held = try_lock(&lock[0]);
        if held.is_some() { lock[0].store(false, Relaxed) } else { lock[1].store(true, Relaxed) }
        held
    } extra None in [hold] wrong for pass, caught by [hold],
    state |lock| lock[1].load(Relaxed),
}

// What must hold after every return: the answers and the final state are right, the state in between is not.
object! {
    always: [AtomicU32; 2] = [const { AtomicU32::new(0) }; 2],
    reset |always| *always = [const { AtomicU32::new(0) }; 2],
    main fn leave(always) { always[1].fetch_add(0, Relaxed); },
    main fn pass_through(always) {
        always[0].store(1, Relaxed);
        always[0].store(0, Relaxed);
    } wrong for leave, caught by [nothing],
    irq(1) fn nothing(always) { always[1].fetch_add(0, Relaxed); },
    always |always| always[0].load(Relaxed) == 0, "the first word is never seen set",
}

// What must hold at the end.
object! {
    finally: AtomicU32 = AtomicU32::new(0),
    reset |finally| *finally.get_mut() = 0,
    main fn add(finally) { finally.fetch_add(1, Relaxed); },
    main fn lose(finally) { finally.store(finally.load(Relaxed) + 1, Relaxed) }
        wrong for add, caught by [add_two],
    irq(1) fn add_two(finally) { finally.fetch_add(2, Relaxed); },
    finally |finally| finally.load(Relaxed) == 3, "the sum is three",
}

/// A flag, and a waker that is kept beside it.
pub struct Signal {
    ready: AtomicBool,
    waker: critical_section::Mutex<core::cell::RefCell<Option<core::task::Waker>>>,
}

impl Signal {
    const fn new() -> Self {
        let waker = critical_section::Mutex::new(core::cell::RefCell::new(None));
        Self { ready: AtomicBool::new(false), waker }
    }

    fn send(&self) {
        self.ready.store(true, Relaxed);
        if let Some(waker) = critical_section::with(|section| self.waker.borrow_ref_mut(section).take()) {
            waker.wake();
        }
    }

    /// With `again`, it loads `ready` a second time, after it has stored the waker.
    async fn wait(&self, again: bool) -> u32 {
        poll_fn(|context| {
            if self.ready.load(Relaxed) {
                return Poll::Ready(7);
            }
            critical_section::with(|section| *self.waker.borrow_ref_mut(section) = Some(context.waker().clone()));
            if again && self.ready.load(Relaxed) { Poll::Ready(7) } else { Poll::Pending }
        })
        .await
    }
}

// A pending future whose waker was not called, although a poll would be ready.
object! {
    wakeup: Signal = Signal::new(),
    handle right: Task<u32> = Task::new(),
    handle hasty: Task<u32> = Task::new(),
    reset |wakeup, right, hasty| {
        *wakeup = Signal::new();
        let wakeup: &'static Signal = wakeup;
        right.start(wakeup.wait(true));
        hasty.start(wakeup.wait(false));
    },
    main fn poll(right) -> Option<u32> { right.poll() },
    main fn poll_hasty(hasty) -> Option<u32> { hasty.poll() } wrong for poll, caught by [send],
    irq(1) fn send(wakeup) { wakeup.send() },
    wakes hasty,
    wakes right,
}

// Interrupts stay masked: nothing else is wrong.
object! {
    masked: AtomicU32 = AtomicU32::new(0),
    main fn load(masked) -> u32 { masked.load(Relaxed) },
    main fn load_and_mask(masked) -> u32 {
        // SAFETY: the section is never left, which is the fault.
        let _ = unsafe { critical_section::acquire() };
        masked.load(Relaxed)
    } wrong for load, caught by [store],
    irq(1) fn store(masked) { masked.store(1, Relaxed) },
}

// A handler that waits for what it interrupted.
object! {
    hang: AtomicBool = AtomicBool::new(false),
    reset |hang| *hang.get_mut() = false,
    main fn hold(hang) { hang.swap(false, Relaxed); },
    main fn hold_and_release(hang) {
        hang.store(true, Relaxed);
        hang.store(false, Relaxed);
    } wrong for hold, caught by [spin],
    irq(1) fn spin(hang) { while hang.load(Relaxed) {} },
}

// An interrupt is enabled by a condition: before, nothing interrupts `arm`.
object! {
    enabled: [AtomicU32; 2] = [const { AtomicU32::new(0) }; 2],
    reset |enabled| *enabled = [const { AtomicU32::new(0) }; 2],
    main fn prepare(enabled) {
        enabled[1].store(1, Relaxed);
        enabled[1].store(2, Relaxed);
        enabled[0].store(1, Relaxed);
    },
    // The interrupt is enabled before everything is prepared.
    main fn enable_early(enabled) {
        enabled[1].store(1, Relaxed);
        enabled[0].store(1, Relaxed);
        enabled[1].store(2, Relaxed);
    } wrong for prepare, caught by [look],
    irq(1) fn look(enabled) -> u32 { enabled[1].load(Relaxed) } when { enabled[0].load(Relaxed) == 1 },
}

fn with_basepri<T>(mask: u32, section: impl FnOnce() -> T) -> T {
    // SAFETY: interrupts of priority `mask` and of larger ones are held off; 0 holds off none.
    unsafe { core::arch::asm!("msr basepri, {}", in(reg) mask) }
    let value = section();
    // SAFETY: as above.
    unsafe { core::arch::asm!("msr basepri, {}", in(reg) 0) }
    value
}

// A handler alone interrupts with each of its priorities: one of them is masked, the other one is not.
object! {
    priorities: AtomicU32 = AtomicU32::new(0),
    main fn add(priorities) -> u32 { with_basepri(1, || load_then_add(priorities)) },
    main fn add_masking_too_few(priorities) -> u32 { with_basepri(2, || load_then_add(priorities)) }
        wrong for add, caught by [take],
    irq(3, 1) fn take(priorities) -> u32 { priorities.swap(10, Relaxed) },
    state |priorities| priorities.load(Relaxed),
}

fn load_then_add(word: &AtomicU32) -> u32 {
    let before = word.load(Relaxed);
    word.store(before + 1, Relaxed);
    before
}

// A panic, and a fault of the machine.
object! {
    stops: AtomicU32 = AtomicU32::new(0),
    reset |stops| *stops.get_mut() = 0,
    main fn add(stops) { stops.fetch_add(1, Relaxed); },
    main fn assert(stops) {
        let before = stops.fetch_add(1, Relaxed);
        assert_eq!(stops.load(Relaxed), before + 1);
    } wrong for add, caught by [add_two],
    main fn index(stops) {
        let before = stops.fetch_add(1, Relaxed);
        let changed = stops.load(Relaxed) - before - 1;
        // SAFETY: none; the address is outside memory if the handler came in between.
        unsafe { (0x2000_0000 as *const u32).wrapping_add(changed as usize * 0x1000_0000).read_volatile() };
    } wrong for add, caught by [add_two],
    irq(1) fn add_two(stops) { stops.fetch_add(2, Relaxed); },
}

fn masked_wfi(flag: &AtomicBool) {
    // SAFETY: the masks are as before at the end; `wfi` wakes for an interrupt that is masked.
    unsafe {
        core::arch::asm!("cpsid i");
        while !flag.load(Relaxed) {
            core::arch::asm!("wfi", "cpsie i", "isb", "cpsid i");
        }
        core::arch::asm!("cpsie i");
    }
}

// A sleep that no interrupt ends: the only handler ran between the load of `sleep` and `WFI`.
object! {
    sleep: AtomicBool = AtomicBool::new(false),
    reset |sleep| *sleep.get_mut() = false,
    main fn wait(sleep) { masked_wfi(sleep) },
    main fn wait_hastily(sleep) {
        while !sleep.load(Relaxed) {
            // SAFETY: it changes nothing.
            unsafe { core::arch::asm!("wfi") }
        }
    } wrong for wait, caught by [wake],
    irq(1) fn wake(sleep) { sleep.store(true, Relaxed) },
}

// A wait that polls answers what one that sleeps answers, and ends when that one does.
object! {
    poll: AtomicBool = AtomicBool::new(false),
    reset |poll| *poll.get_mut() = false,
    main fn wait(poll) { masked_wfi(poll) } sleeps,
    main fn spin(poll) { while !poll.load(Relaxed) {} } wrong for wait, caught by [wake],
    // Sleeps once, and polls after a sleep that ended early.
    main fn doze_and_spin(poll) {
        // SAFETY: the masks are as before at the end.
        unsafe {
            core::arch::asm!("cpsid i");
            if !poll.load(Relaxed) {
                core::arch::asm!("wfi");
            }
            core::arch::asm!("cpsie i");
        }
        while !poll.load(Relaxed) {}
    } wrong for wait, caught by [wake],
    irq(1) fn wake(poll) { poll.store(true, Relaxed) },
}
