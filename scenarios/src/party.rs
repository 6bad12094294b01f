//! The other party: a thread, an interrupt handler or another core, as the scenarios use it.
//!
//! A scenario gives the work of the other side as *steps*. A step is bounded and never blocks, so a thread may
//! loop over it and an interrupt handler may run it. There are three ways to run it:
//!
//! | | when | threads | interrupts |
//! |---|---|---|---|
//! | [`step`](Party::step) | once, to completion, exactly here | a thread, joined | PendSV, pended and taken at once |
//! | [`request`](Party::request) | once, as soon as it can | a thread, joined later | PendSV, pended while masked |
//! | [`run`](Party::run) | again and again, beside `main` | a loop in each of several threads | interrupts of several priorities |
//!
//! A step may take a step, one deep: a further thread runs it, or an interrupt of higher priority. This
//! exchanges the roles where `main` itself cannot preempt the other side, as in an interrupt handler.
//!
//! A step at the dangerous point makes a wrong version fail every time. Inside a lock no step can be taken
//! at once: either party would wait for ever. There it is requested.

use core::ops::ControlFlow;
use indivisible::wait::{Park, Unpark};

/// One bounded piece of the other side's work.
pub type Step<'a> = &'a (dyn Fn() + Sync);

/// A piece of a worker's work; breaks when it was the last.
pub type Work<'a> = &'a (dyn Fn() -> ControlFlow<()> + Sync);

/// The other side of a scenario.
pub trait Party: Sync + 'static {
    /// The unparker that wakes `main`.
    type Unparker: Unpark + Send + Sync;
    /// The parker that `main` sleeps by.
    type Parker: Park<Self::Unparker>;

    /// A new unparker for a primitive.
    fn unparker(&self) -> Self::Unparker;

    /// The parker for it.
    fn parker(&self) -> Self::Parker;

    /// Runs `step` on the other side at once, to its end.
    ///
    /// Called by `main`, and by a step that `main` has taken; never in a critical section.
    fn step(&self, step: Step<'_>);

    /// Runs `body`, and `step` on the other side once `body` has called its argument.
    ///
    /// `body` may hold a lock that `step` takes. Returns when both have ended.
    fn request<R>(&self, step: Step<'_>, body: impl FnOnce(&dyn Fn()) -> R) -> R;

    /// Runs `main` here, and each of `workers` on the other side again and again until it breaks.
    ///
    /// Returns when all have ended. There are at most [`WORKERS`] workers.
    fn run<R>(&self, workers: &[Work<'_>], main: impl FnOnce() -> R) -> R;

    /// Checks until `ready`; false where the other party will never make it so.
    fn wait_for(&self, ready: impl Fn() -> bool) -> bool;
}

/// The most workers that a party runs at once.
pub const WORKERS: usize = 4;
