//! One landing: the interrupted operation, and one or two interrupts at given instants.
//!
//! ```text
//!   arms the watchdog, then the timer
//!   main's operation ............. returns: DONE
//!        └─ first handler              waits until all handlers were here
//!             its operation
//!             └─ second handler (nested: inside; after: later, in main again)
//! ```
//!
//! The watchdog has the highest priority. Its first bite says that something is late, such as a main
//! that slept through its wake-up, and wakes it. Its second says that nothing goes on any more: then the
//! firmware can only report that and end.

#![allow(
    unsafe_code,
    reason = "entry points that the linker and the host find by name"
)]

use core::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};

use crate::{
    board,
    case::{Case, Op},
    object::{Idle, Object},
    order::Outcome,
    report, serial,
};

/// When the interrupts come.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    /// Ticks from arming to the first.
    pub(crate) first: u32,
    pub(crate) second: Option<Second>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Second {
    pub(crate) form: Form,
    /// Ticks from arming to the second.
    pub(crate) ticks: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Inside the first one's handler.
    Nested,
    /// When that has ended.
    After,
}

/// What came of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Landing {
    pub(crate) outcome: Outcome,
    /// Where the first and the second interrupt came.
    pub(crate) addresses: [u32; 2],
    /// What they came after: the end of the operation that they may have interrupted.
    pub(crate) too_late: [bool; 2],
    /// The watchdog had to wake somebody.
    pub(crate) late: bool,
}

struct Setup {
    /// Main's operation, and the handlers'.
    parties: [Op; 3],
    plan: Plan,
}

impl Setup {
    /// Where to go on, having interrupted somebody at `address`.
    fn resume(&self, address: u32) -> u32 {
        let sequences = self.parties.iter().filter_map(|op| op.sequence);
        let mut interrupted = sequences.map(|it| it()).filter(|it| it.contains(&address));
        interrupted.next().map_or(address, |it| it.start)
    }
}

static SETUP: Object<Setup> = Object::new(Setup {
    parties: [Op::new("-", || 0); 3],
    plan: Plan {
        first: 0,
        second: None,
    },
});
/// How many handlers have ended.
static ENDED: AtomicU32 = AtomicU32::new(0);
/// Main's operation has.
static DONE: AtomicBool = AtomicBool::new(false);
/// The first handler's operation has.
static FIRST_DONE: AtomicBool = AtomicBool::new(false);
static BITES: AtomicU32 = AtomicU32::new(0);
static SEEN: [Seen; 2] = [const { Seen::new() }; 2];

/// What a handler leaves behind.
struct Seen {
    address: AtomicU32,
    too_late: AtomicBool,
    answer: [AtomicU32; 2],
}

impl Seen {
    const fn new() -> Self {
        Self {
            address: AtomicU32::new(0),
            too_late: AtomicBool::new(false),
            answer: [const { AtomicU32::new(0) }; 2],
        }
    }

    fn set_answer(&self, answer: u64) {
        self.answer[0].store(answer as u32, Relaxed);
        self.answer[1].store((answer >> 32) as u32, Relaxed);
    }

    fn answer(&self) -> u64 {
        let [low, high] = &self.answer;
        u64::from(high.load(Relaxed)) << 32 | u64::from(low.load(Relaxed))
    }
}

/// Performs the case once.
pub(crate) fn land(case: &Case, variant: u32, plan: Plan) -> Landing {
    sweep_begin();
    let mut idle = Idle::between_landings();
    serial::rebase();
    (case.setting.reset)(&mut idle, variant);
    SETUP.renew(
        &mut idle,
        Setup {
            parties: case.parties,
            plan,
        },
    );
    ENDED.store(0, Relaxed);
    BITES.store(0, Relaxed);
    DONE.store(false, Relaxed);
    FIRST_DONE.store(false, Relaxed);
    for seen in &SEEN {
        seen.set_answer(0);
    }

    board::watchdog_arm();
    board::first_arm(plan.first);
    let answer = sweep_call(case.parties[0].run);
    DONE.store(true, Relaxed);
    let expected = 1 + u32::from(plan.second.is_some());
    while ENDED.load(Relaxed) < expected {}
    board::watchdog_stop();

    let [first, second] = &SEEN;
    Landing {
        outcome: Outcome {
            answers: [answer, first.answer(), second.answer()],
            state: (case.setting.state)(),
        },
        addresses: [&first.address, &second.address].map(|it| it.load(Relaxed)),
        too_late: [&first.too_late, &second.too_late].map(|it| it.load(Relaxed)),
        late: BITES.load(Relaxed) > 0,
    }
}

/// What the host's trace knows by that no interrupt of this landing has come yet.
// SAFETY: no other function has this name.
#[unsafe(no_mangle)]
#[inline(never)]
fn sweep_begin() {
    core::hint::black_box(());
}

/// What the host's trace knows the operation by: all that is executed between this function's first and
/// last instructions.
// SAFETY: no other function has this name.
#[unsafe(no_mangle)]
#[inline(never)]
fn sweep_call(operation: fn() -> u64) -> u64 {
    let answer = operation();
    // Keeps the call from becoming the last instruction.
    core::sync::atomic::compiler_fence(core::sync::atomic::Ordering::SeqCst);
    core::hint::black_box(answer)
}

/// The first interrupt, taken before the instruction at `address`; returns where to go on.
pub(crate) fn first(address: u32) -> u32 {
    board::first_stop();
    SEEN[0].address.store(address, Relaxed);
    SEEN[0].too_late.store(DONE.load(Relaxed), Relaxed);
    SETUP.get(|setup| {
        let second = setup.plan.second;
        let form = second.map(|second| second.form);
        let arm = || {
            if let Some(second) = second {
                board::second_arm(second.ticks);
            }
        };
        if form == Some(Form::Nested) {
            arm();
        }
        let answer = (setup.parties[1].run)();
        FIRST_DONE.store(true, Relaxed);
        SEEN[0].set_answer(answer);
        if form == Some(Form::Nested) {
            while ENDED.load(Relaxed) < 1 {}
        }
        ENDED.store(ENDED.load(Relaxed) + 1, Relaxed);
        if form == Some(Form::After) {
            arm();
        }
        setup.resume(address)
    })
}

/// The second interrupt; returns where to go on.
#[cfg(target_arch = "arm")]
pub(crate) fn second(address: u32) -> u32 {
    board::second_stop();
    SETUP.get(|setup| {
        let nested = setup.plan.second.map(|second| second.form) == Some(Form::Nested);
        let too_late = if nested { &FIRST_DONE } else { &DONE };
        SEEN[1].too_late.store(too_late.load(Relaxed), Relaxed);
        SEEN[1].address.store(address, Relaxed);
        SEEN[1].set_answer((setup.parties[2].run)());
        ENDED.store(ENDED.load(Relaxed) + 1, Relaxed);
        setup.resume(address)
    })
}

/// The watchdog's interrupt.
pub(crate) fn bite(address: u32) {
    let bites = BITES.load(Relaxed) + 1;
    BITES.store(bites, Relaxed);
    if bites > 1 {
        let plan = SETUP.get(|setup| setup.plan);
        report::hang(plan, SEEN[0].address.load(Relaxed), address);
    }
    board::watchdog_arm();
}

/// Whether a first interrupt was here already; for a board whose one timer is also the watchdog.
#[cfg(target_arch = "riscv32")]
pub(crate) fn is_under_way() -> bool {
    ENDED.load(Relaxed) > 0
}
