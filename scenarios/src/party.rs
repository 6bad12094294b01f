//! The other party: a thread or an interrupt handler, as the scenarios see it.
//!
//! A scenario gives the other side as *steps*. A step is bounded and never blocks, so that a thread may
//! loop over it and an interrupt handler may run it. There are three ways to have it run:
//!
//! | | when | threads | interrupts |
//! |---|---|---|---|
//! | [`step`](Party::step) | once, to completion, exactly here | a thread, joined | PendSV, pended and taken at once |
//! | [`request`](Party::request) | once, as soon as it can | a thread, joined later | PendSV, pended while masked |
//! | [`run`](Party::run) | again and again, beside `main` | a loop in each of several threads | interrupts of several priorities |
//!
//! A step may have a step taken inside it, one deep: that one's other side is a further thread, or an
//! interrupt of higher priority. This is how the roles are exchanged where `main` itself could never
//! come in between, as it cannot in the middle of an interrupt handler.
//!
//! A step at the dangerous point makes a wrong version fail every time. Inside a lock no step can be
//! taken exactly here: either party would wait for ever. There it is requested.

use core::ops::ControlFlow;
use indivisible::wait::{Park, Unpark};

/// One bounded piece of the other side's work.
pub type Step<'a> = &'a (dyn Fn() + Sync);

/// A piece of a worker's work; says when it was the last.
pub type Work<'a> = &'a (dyn Fn() -> ControlFlow<()> + Sync);

/// Who the other side is.
pub trait Party: Sync + 'static {
    /// What wakes `main`.
    type Unparker: Unpark + Send + Sync;
    /// How `main` sleeps.
    type Parker: Park<Self::Unparker>;

    /// A new unparker, to be put into a primitive.
    fn unparker(&self) -> Self::Unparker;

    /// The parker that fits.
    fn parker(&self) -> Self::Parker;

    /// Runs `step` on the other side, here and now, to its end.
    ///
    /// Called by `main`, and by a step that `main` has taken; never in a critical section.
    fn step(&self, step: Step<'_>);

    /// Runs `body`, and `step` on the other side once `body` has called what it is given.
    ///
    /// `body` may hold a lock that `step` takes. Returns when both have ended.
    fn request<R>(&self, step: Step<'_>, body: impl FnOnce(&dyn Fn()) -> R) -> R;

    /// Runs `main` here, and each of `workers` on the other side again and again until it breaks.
    ///
    /// Returns when all have ended. There are at most [`WORKERS`] workers.
    fn run<R>(&self, workers: &[Work<'_>], main: impl FnOnce() -> R) -> R;

    /// Looks until `ready`; false where the other party will never make it so.
    fn wait_for(&self, ready: impl Fn() -> bool) -> bool;
}

/// How many workers a party can run at once.
pub const WORKERS: usize = 4;
