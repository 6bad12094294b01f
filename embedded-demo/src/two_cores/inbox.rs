//! Borrowed closures that one core runs for the other.
//!
//! Each core has an inbox of one step. The sender lends the step, posts it, and returns after its run:
//!
//! | sender | owner of the inbox | state |
//! |---|---|---|
//! | lends the step | | `IDLE` |
//! | posts it | | `POSTED` |
//! | | takes it | `TAKEN` |
//! | | runs it | `TAKEN` |
//! | | stores `IDLE` | `IDLE` |
//! | returns | | `IDLE` |
//!
//! The sender serves its own inbox while it waits. So a step may take a step of the other core, one deep: the
//! inbox of a core that runs a step is not `IDLE`, and `lend` panics for another.

use super::deadline::Deadline;
use core::cell::Cell;
use critical_section::Mutex;
use indivisible::{
    atomic::{
        AtomicU8,
        Ordering::{Acquire, Relaxed, Release},
    },
    wait::{
        Park, Unpark,
        wfe::{Event, Wfe},
    },
};
use scenarios::Step;

const IDLE: u8 = 0;
const POSTED: u8 = 1;
const TAKEN: u8 = 2;

/// The cores' inboxes, by their numbers.
pub(super) static INBOXES: [Inbox; 2] = [const { Inbox::new() }; 2];

pub(super) struct Inbox {
    state: AtomicU8,
    step: Mutex<Cell<Option<Step<'static>>>>,
}

impl Inbox {
    const fn new() -> Self {
        Self {
            state: AtomicU8::new(IDLE),
            step: Mutex::new(Cell::new(None)),
        }
    }

    /// Runs `body`, which may post `step` for the owner to run. Serves `own` meanwhile.
    pub(super) fn lend<R>(
        &self,
        own: &Self,
        step: Step<'_>,
        body: impl FnOnce(&dyn Fn()) -> R,
    ) -> R {
        assert!(
            self.state.load(Relaxed) == IDLE,
            "the other core is still running a step"
        );
        #[allow(unsafe_code, reason = "a static cannot hold a borrow")]
        // SAFETY: Only `take` uses the copy, and never after this function has returned:
        // 1. It returns only at its end: a panic ends the program, nothing unwinds here.
        // 2. At its end it has read IDLE with Acquire. Either nothing was posted, or the owner has stored
        //    IDLE, with Release, after its run of the step.
        // 3. The owner takes nothing while the state is IDLE, and no other sender stores POSTED: of two
        //    cores, one is the owner, and the other runs this function.
        let step = unsafe { core::mem::transmute::<Step<'_>, Step<'static>>(step) };
        self.replace(Some(step));
        let posted = Cell::new(false);
        let result = body(&|| {
            // A step that is posted twice runs once, like an interrupt that is pended twice.
            if !posted.replace(true) {
                self.state.store(POSTED, Release);
                Event.unpark();
            }
        });
        let done = || self.state.load(Acquire) == IDLE;
        let deadline = Deadline::new();
        while !done() {
            own.take();
            let ended = deadline.wait_for(|| done() || own.is_posted());
            assert!(ended, "the other core does not end its step");
        }
        self.replace(None);
        result
    }

    /// Runs each step that is posted, for ever.
    pub(super) fn serve(&self) -> ! {
        loop {
            self.take();
            // Refused only in a handler or with interrupts masked; then the loop checks again.
            Wfe.park_unless(&Event, &mut || self.is_posted()).ok();
        }
    }

    fn is_posted(&self) -> bool {
        self.state.load(Acquire) == POSTED
    }

    /// Runs the step that is posted, if one is.
    fn take(&self) {
        if !self.is_posted() {
            return;
        }
        self.state.store(TAKEN, Relaxed);
        if let Some(step) = critical_section::with(|section| self.step.borrow(section).get()) {
            step();
        }
        self.state.store(IDLE, Release);
        Event.unpark();
    }

    fn replace(&self, step: Option<Step<'static>>) {
        critical_section::with(|section| self.step.borrow(section).set(step));
    }
}
