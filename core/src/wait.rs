//! How a context waits for another one, and how it is woken.
//!
//! A primitive that can be waited for contains an *unparker*: what its changes wake. A waiter brings a
//! *parker*: how it sleeps. `P: Park<U>` ties the two together, so that no sleeper is paired with an
//! unparker that would never wake it.
//!
//! | unparker | parker | sleeps in | is woken by |
//! |---|---|---|---|
//! | [`Polling`] | [`Polling`] | a spin loop | nothing: it checks again |
//! | `thread::ThreadSlot`: one waiter | `thread::CurrentThread` | `std::thread::park` | `unpark` |
//! | `thread::Broadcast`: many | `thread::CurrentThread` | a condition variable | notification |
//! | [`Interrupts`] | `wfi::Wfi` | WFI, masked | any interrupt of this core |
//! | `wfe::Event` | `wfe::Wfe` | WFE | SEV of any core, or any interrupt |
//! | `task::Wakers<N>`: N waits or waiters | `.await` | its executor | `Waker::wake` |
//! | `task::Listeners`: any number | `.await` | its executor | `Waker::wake` |
//!
//! `thread` needs the feature `std`; `task` the feature `waker` and read-modify-write, and its `Listeners` also `std`;
//! `wfi` the feature `cortex-m` or `riscv`, and `wfe` the feature `cortex-m`, on a bare-metal target of that
//! architecture.
//!
//! # The protocol
//!
//! The other party *stores, then wakes*. The waiter *registers, then checks again, then sleeps*:
//!
//! | waiter | other party |
//! |---|---|
//! | checks: not yet | |
//! | | stores |
//! | | wakes: no waiter is registered |
//! | registers | |
//! | checks again: done, does not sleep | |
//!
//! Of "registers" and "wakes", the second sees the first, and what precedes it.
//!
//! Waiting is for threads, tasks and `main`. In an interrupt handler, or with interrupts masked, `Wfi` and `Wfe`
//! refuse it with [`WaitError`]. [`Polling`] refuses nothing, and never returns there if it waits for what it
//! preempted. A task's wait may be polled in a handler: a poll does not sleep. Waking is allowed in every context
//! that the unparker's documentation names.

use core::fmt;

#[cfg(any(wfe, wfi))]
mod machine;
#[cfg(tasks)]
#[cfg_attr(docsrs, doc(cfg(feature = "waker")))]
pub mod task;
#[cfg(threads)]
#[cfg_attr(docsrs, doc(cfg(feature = "std")))]
pub mod thread;
#[cfg(wfe)]
#[cfg_attr(docsrs, doc(cfg(feature = "cortex-m")))]
pub mod wfe;
#[cfg(wfi)]
#[cfg_attr(docsrs, doc(cfg(any(feature = "cortex-m", feature = "riscv"))))]
pub mod wfi;

/// The waking side: a field of a primitive, called after each change that a waiter may wait for.
pub trait Unpark {
    /// Whether `unpark` has an effect. Where it has none, no waiter registers, and no change checks for one.
    const WAKES: bool = true;

    /// Wakes every waiter that registered before; may wake others, too.
    ///
    /// The unparker orders registrations and wake-ups: of a registration and an `unpark`, one happens before
    /// the other. It never blocks for longer than a registration takes, and may be called from interrupt
    /// handlers where the implementation's documentation allows it.
    ///
    /// A change that preempts another one between that one's change and its call of `unpark` may find nothing to wake:
    /// the waiter is then woken by the context that was preempted, when it runs again. A handler must therefore not
    /// poll for what a waiter does; it returns, and the preempted context wakes.
    fn unpark(&self);
}

/// The sleeping side: how a waiter sleeps until `U` wakes it.
#[diagnostic::on_unimplemented(
    message = "`{U}` never wakes a waiter that sleeps in `{Self}`",
    note = "the primitive's unparker and the waiter's parker must fit: see the table in `indivisible::wait`"
)]
pub trait Park<U: Unpark> {
    /// Registers with `unparker`, then calls `ready`, and sleeps once unless that returns `true`.
    ///
    /// May return early; callers check again and call again. `ready` is called at most once, may run with
    /// interrupts masked, and must do no more than load a few words.
    ///
    /// # Errors
    ///
    /// [`WaitError`] where this context can never be woken, or would shut another waiter out. `ready`
    /// may not have been called then.
    fn park_unless(
        &self,
        unparker: &U,
        ready: &mut dyn FnMut() -> bool,
    ) -> Result<WakeReason, WaitError>;
}

/// Why [`Park::park_unless`] returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum WakeReason {
    /// The waiter was woken, or `ready` returned `true`, or the sleep ended spuriously: check again.
    Woken,
    /// The parker's own time limit has passed.
    TimedOut,
}

/// Why a wait was refused or given up: it could last for ever.
///
/// A guard, not a proof: what a parker can see of its context is in its documentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum WaitError {
    /// The caller is an interrupt handler, which may have preempted what it waits for.
    InInterrupt,
    /// Interrupts are masked, so what the caller waits for may be unable to run.
    InterruptsMasked,
    /// The unparker has a place for a fixed number of waits, and all are taken.
    ///
    /// It counts waits, not tasks: a task that selects over two waits of one object takes two, unless they are
    /// those of a `task::Waiter`. It can be spurious where another wait is just ending.
    TooManyWaiters,
    /// The caller runs unprivileged, and cannot mask interrupts for its last check.
    Unprivileged,
    /// The one writer was dropped, and with it what the caller waits for.
    Abandoned,
}

impl fmt::Display for WaitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InInterrupt => "waiting in an interrupt handler could last for ever",
            Self::InterruptsMasked => "waiting with interrupts masked could last for ever",
            Self::TooManyWaiters => "all places for waiters are taken",
            Self::Unprivileged => "unprivileged code cannot mask interrupts to wait",
            Self::Abandoned => "the writer was dropped before all steps were done",
        })
    }
}

impl core::error::Error for WaitError {}

/// Checks in a spin loop: no sleep, and nothing to wake.
///
/// It refuses no context. On a single core, an interrupt handler that polls for what it preempted never
/// returns.
#[derive(Clone, Copy, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Polling;

impl Unpark for Polling {
    const WAKES: bool = false;

    #[inline(always)]
    fn unpark(&self) {}
}

impl Park<Self> for Polling {
    #[inline]
    fn park_unless(
        &self,
        _: &Self,
        ready: &mut dyn FnMut() -> bool,
    ) -> Result<WakeReason, WaitError> {
        if !ready() {
            core::hint::spin_loop();
        }
        Ok(WakeReason::Woken)
    }
}

/// Does nothing: the interrupt whose handler changes the word has already ended the sleep.
///
/// Only an interrupt of the sleeping core does that. For another core, or for a peripheral that changes
/// memory without an interrupt, this is the wrong unparker.
#[derive(Clone, Copy, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Interrupts;

impl Unpark for Interrupts {
    const WAKES: bool = false;

    #[inline(always)]
    fn unpark(&self) {}
}
