//! An interrupt between the check and the sleep.
//!
//! `main` checks a condition, which is false, and then sleeps. The interrupt that makes the condition true
//! is taken exactly in between. Hand-written code (check, then WFI) sleeps through it, until another
//! interrupt, here the timer, ends the sleep much later. With the library's parker it wakes at once.

#![no_std]
#![no_main]

use board_tests::{Board, Wfi, demand, experiment, on_demand, ticks, wfi};
use core::{
    cell::RefCell,
    num::NonZero,
    sync::atomic::{
        AtomicBool, AtomicUsize,
        Ordering::{Acquire, Relaxed, Release},
    },
};
use critical_section::Mutex;
use indivisible::{
    progress::{Progress, SingleProgress, Writer},
    stop::StopSignal,
    wait::{Interrupts, Park, WaitError, WakeReason},
};

const ROUNDS: usize = 16;

/// Cycles until the timer ends a sleep: many times the length of a round without sleep.
const LONG: u32 = 1_000_000;

/// The hand-written wait.
struct Naive;

impl Park<Interrupts> for Naive {
    fn park_unless(
        &self,
        _: &Interrupts,
        ready: &mut dyn FnMut() -> bool,
    ) -> Result<WakeReason, WaitError> {
        if !ready() {
            wfi();
        }
        Ok(WakeReason::Woken)
    }
}

/// A parker that takes the interrupt in the gap.
struct InTheGap<P>(P);

impl<P: Park<Interrupts>> Park<Interrupts> for InTheGap<P> {
    fn park_unless(
        &self,
        unparker: &Interrupts,
        ready: &mut dyn FnMut() -> bool,
    ) -> Result<WakeReason, WaitError> {
        self.0.park_unless(unparker, &mut || {
            let seen = ready();
            demand();
            seen
        })
    }
}

/// The objects to wait for; each kind of parker gets new ones.
struct Things {
    flags: [AtomicBool; ROUNDS],
    many: Progress<Interrupts>,
    single: SingleProgress<Interrupts>,
    reasons: [StopSignal<NonZero<u8>, Interrupts>; ROUNDS],
}

impl Things {
    const fn new() -> Self {
        Self {
            flags: [const { AtomicBool::new(false) }; ROUNDS],
            many: Progress::with_unparker(ROUNDS, Interrupts),
            single: SingleProgress::with_unparker(ROUNDS, Interrupts),
            reasons: [const { StopSignal::with_unparker(Interrupts) }; ROUNDS],
        }
    }
}

static THINGS: [Things; 2] = [const { Things::new() }; 2];
const BY_HAND: usize = 0;
const LIBRARY: usize = 1;

/// The change that the interrupt makes.
static SET: AtomicUsize = AtomicUsize::new(BY_HAND);
static ROUND: AtomicUsize = AtomicUsize::new(0);

fn things() -> (&'static Things, usize) {
    (&THINGS[SET.load(Relaxed)], ROUND.load(Relaxed))
}

fn raise_flag() {
    let (things, round) = things();
    things.flags[round].store(true, Release);
}

fn advance() {
    let (things, round) = things();
    // One step per request.
    if things.many.done() == round {
        things.many.advance(1);
    }
}

fn set_done() {
    static WRITER: Mutex<RefCell<Option<Writer<'static, Interrupts>>>> =
        Mutex::new(RefCell::new(None));
    let (things, round) = things();
    critical_section::with(|section| {
        let mut writer = WRITER.borrow_ref_mut(section);
        if let Some(new) = things.single.claim() {
            *writer = Some(new);
        }
        if let Some(writer) = writer.as_mut() {
            writer.set_done(round + 1);
        }
    });
}

fn request_stop() {
    let (things, round) = things();
    // A repeated request fails, without any effect here.
    let _ = things.reasons[round].request_stop(NonZero::<u8>::MIN);
}

/// Waits until a flag is set, as firmware without the library does.
fn wait_for_flag(parker: &impl Park<Interrupts>) -> bool {
    let (things, round) = things();
    let flag = &things.flags[round];
    while !flag.load(Acquire) {
        if parker
            .park_unless(&Interrupts, &mut || flag.load(Acquire))
            .is_err()
        {
            return false;
        }
    }
    true
}

fn wait_for_many(parker: &impl Park<Interrupts>) -> bool {
    let (things, round) = things();
    things.many.wait_until(round + 1, parker) == Ok(round + 1)
}

fn wait_for_single(parker: &impl Park<Interrupts>) -> bool {
    let (things, round) = things();
    things.single.wait_change(round, parker) == Ok(round + 1)
}

fn wait_for_reason(parker: &impl Park<Interrupts>) -> bool {
    let (things, round) = things();
    things.reasons[round].wait(parker) == Ok(Some(NonZero::<u8>::MIN))
}

/// The number of rounds in which the timer had to end the sleep.
fn slept_through(board: &mut Board, set: usize, mut wait: impl FnMut() -> bool) -> usize {
    SET.store(set, Relaxed);
    let mut slept = 0;
    for round in 0..ROUNDS {
        ROUND.store(round, Relaxed);
        let before = ticks();
        let ended_well = board.ticking(LONG, || (), &mut wait);
        assert!(ended_well, "a wait returned a wrong result");
        slept += usize::from(ticks() != before);
    }
    slept
}

macro_rules! both_ways {
    ($board:ident, $($what:literal, $step:path, $wait:path;)*) => {{
        let mut good = true;
        $(
            on_demand($step);
            let by_hand = slept_through(&mut $board, BY_HAND, || $wait(&InTheGap(Naive)));
            let library = slept_through(&mut $board, LIBRARY, || $wait(&InTheGap(Wfi)));
            for (who, slept) in [("by hand", by_hand), ("library", library)] {
                defmt::info!("{=str}, {=str}: slept through {=usize} of {=usize}", $what, who, slept, ROUNDS);
            }
            good &= (by_hand, library) == (ROUNDS, 0);
        )*
        good
    }};
}

fn run(mut board: Board) -> bool {
    let good = both_ways! { board,
        "flag", raise_flag, wait_for_flag;
        "progress of many", advance, wait_for_many;
        "progress of one", set_done, wait_for_single;
        "reason to stop", request_stop, wait_for_reason;
    };
    // A parker that never sleeps would pass all of the above.
    let asleep = slept_through(&mut board, LIBRARY, || {
        Wfi.park_unless(&Interrupts, &mut || false) == Ok(WakeReason::Woken)
    });
    defmt::info!(
        "no wake-up: asleep until the timer in {=usize} of {=usize}",
        asleep,
        ROUNDS
    );
    good && asleep == ROUNDS
}

experiment!(run);
