//! `Progress` with several writers, a waiter, and several rounds; the claim of a `SingleProgress`.

use core::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use indivisible::{
    progress::{Progress, SingleProgress},
    wait::{Park, Unpark, WaitError, WakeReason},
};
use interloper_table::object;

const TOTAL: usize = 10;

fn at(done: usize) -> Progress {
    let progress = Progress::new(TOTAL);
    progress.advance(done);
    progress
}

object! {
    shared: Progress = Progress::new(TOTAL),
    reset far |shared| *shared = at(0),
    // Closer to the end than four steps, than two, and at it.
    reset near |shared| *shared = at(TOTAL - 3),
    reset last |shared| *shared = at(TOTAL - 1),
    reset complete |shared| *shared = at(TOTAL),
    main core irq(1, 2) fn advance(shared) { shared.advance(2) },
    main core irq(1) fn done(shared) -> usize { shared.done() },
    main fn advance_in_steps(shared) { shared.advance(1); shared.advance(1) } wrong for advance, caught by [done],
    main fn done_on_average(shared) -> usize { (shared.done() + shared.done()) / 2 } wrong for done, caught by [advance],
    state |shared| shared.done(),
}

static RUNG: AtomicBool = AtomicBool::new(false);

/// Wakes by a flag.
pub struct Bell;

impl Unpark for Bell {
    fn unpark(&self) {
        RUNG.store(true, Relaxed);
    }
}

/// Asks to be woken, and does not stay to sleep.
struct Passer;

impl Park<Bell> for Passer {
    fn park_unless(&self, _: &Bell, ready: &mut dyn FnMut() -> bool) -> Result<WakeReason, WaitError> {
        RUNG.store(false, Relaxed);
        ready();
        Ok(WakeReason::TimedOut)
    }
}

fn ask(progress: &Progress<Bell>, seen: &AtomicUsize) -> usize {
    seen.store(progress.wait_complete(&Passer).unwrap_or(usize::MAX), Relaxed);
    seen.load(Relaxed)
}

fn with_waiter(progress: &mut Progress<Bell>, seen: &AtomicUsize, done: usize) {
    *progress = Progress::with_unparker(TOTAL, Bell);
    progress.advance(done);
    ask(progress, seen);
}

// A waiter that asked to be woken is woken by the next step; `seen` has what was done when it asked.
object! {
    awaited: Progress<Bell> = Progress::with_unparker(TOTAL, Bell),
    object seen: AtomicUsize = AtomicUsize::new(TOTAL),
    reset unpolled |awaited, seen| {
        *awaited = Progress::with_unparker(TOTAL, Bell);
        *seen = AtomicUsize::new(TOTAL);
    },
    reset far |awaited, seen| with_waiter(awaited, seen, 0),
    reset last |awaited, seen| with_waiter(awaited, seen, TOTAL - 1),
    reset complete |awaited, seen| with_waiter(awaited, seen, TOTAL),
    main irq(1) fn advance(awaited) { awaited.advance(2) },
    main irq(1) fn ask(awaited, seen) -> usize { ask(awaited, seen) },
    main fn look_without_asking(awaited, seen) -> usize {
        RUNG.store(false, Relaxed);
        seen.store(awaited.done(), Relaxed);
        seen.load(Relaxed)
    } wrong for ask, caught by [advance],
    state |awaited| awaited.done(),
    // Two waiters would need two bells.
    handlers 1,
    finally |awaited, seen| awaited.done() <= seen.load(Relaxed) || RUNG.load(Relaxed), "the waiter is woken",
}

fn round(done: usize) -> Progress {
    let progress = Progress::new(1);
    progress.advance(done);
    progress
}

object! {
    rounds: Progress = Progress::new(1),
    reset one_left |rounds| *rounds = round(0),
    reset complete |rounds| *rounds = round(1),
    reset beyond |rounds| *rounds = round(2),
    main fn restart(rounds) -> bool { rounds.try_restart(3).is_ok() },
    irq(1) fn restart_five(rounds) -> bool { rounds.try_restart(5).is_ok() },
    core fn restart_beside(rounds) -> bool { rounds.try_restart(5).is_ok() },
    main core irq(1, 2) fn advance(rounds) { rounds.advance(1) },
    main core irq(1) fn done(rounds) -> usize { rounds.done() },
    main core irq(1) fn total(rounds) -> usize { rounds.total() },
    main fn look_then_restart(rounds) -> bool {
        let is_complete = rounds.is_complete();
        rounds.try_restart(3).ok();
        is_complete
    } wrong for restart, caught by [restart_five],
    main fn total_of_two_rounds(rounds) -> usize { rounds.done() + rounds.remaining() }
        wrong for total, caught by [restart_five],
    main fn done_of_two_rounds(rounds) -> usize { rounds.total().wrapping_sub(rounds.remaining()) }
        wrong for done, caught by [restart_five],
    state |rounds| [rounds.done(), rounds.total()],
    // A second restart is refused while the first one is at work, as it is documented: an answer of no order, for
    // a third party that looks. Three handlers would show it, too.
    handlers 1,
    known [restart, restart_beside, advance], "refused while another restart is at work, and the steps are dropped",
    known [restart, restart_beside, done], "refused while another restart is at work, which the handler sees",
    known [restart, restart_beside, total], "refused while another restart is at work, which the handler sees",
    known [restart, restart_five, advance], "refused while another restart is at work, and the steps are dropped",
    known [restart, restart_five, done], "refused while another restart is at work, which the other core sees",
    known [restart, restart_five, total], "refused while another restart is at work, which the other core sees",
    known [advance, restart_beside, restart_five], "refused while another restart is at work, and the steps are dropped",
    known [done, restart_beside, restart_five], "refused while another restart is at work, which main sees",
    known [total, restart_beside, restart_five], "refused while another restart is at work, which main sees",
}

object! {
    claimed: SingleProgress = SingleProgress::new(TOTAL),
    reset |claimed| *claimed = SingleProgress::new(TOTAL),
    main core irq(1) fn claim(claimed) -> bool { claimed.claim().is_some() },
}
