//! How to wait for the other party, and how to wake whoever waits.
//!
//! A primitive that can be waited for has an *unparker* inside: what its changes wake. A waiter brings
//! a *parker*: how it sleeps. `P: Park<U>` ties the two, so that no sleeper is paired with a waker that
//! would never wake it, and the parker sleeps on the unparker inside the primitive, so that it cannot
//! be another one of the same type either.
//!
//! | unparker | parker | sleeps in | is woken by |
//! |---|---|---|---|
//! | [`Polling`] | [`Polling`] | a spin loop | nothing: it looks again |
//! | `std::ThreadSlot`: one waiter | `std::CurrentThread` | `std::thread::park` | `unpark` |
//! | `std::Broadcast`: many | `std::CurrentThread` | a condition variable | notification |
//! | [`Interrupts`] | `cortex_m::Wfi`, `riscv::Wfi` | WFI, masked | any interrupt of this core |
//! | `cortex_m::Event` | `cortex_m::Wfe` | WFE | SEV of any core, or any interrupt |
//! | `waker::Wakers<N>`: N tasks | `.await` | its executor | `Waker::wake` |
//!
//! The modules come with the features `std`, `cortex-m`, `riscv` and `waker`, on the targets that have
//! what they are named for.
//!
//! # The protocol
//!
//! The other party *stores, then wakes*. The waiter *registers, then looks again, then sleeps*:
//!
//! ```text
//!   waiter                                 other party
//!   looks: not yet
//!                                          stores
//!                                          wakes: nobody is registered
//!   registers
//!   looks again: there it is, no sleep
//! ```
//!
//! Whichever of "registers" and "wakes" comes second sees the other, and what came before it.
//!
//! Tier 3. Waiting is for threads and for `main`; in an interrupt handler, or with interrupts masked,
//! it is refused with [`WouldHang`]. Waking is for everybody.

use core::fmt;

#[cfg(all(feature = "cortex-m", target_arch = "arm", target_os = "none"))]
pub mod cortex_m;
#[cfg(all(feature = "riscv", target_arch = "riscv32", target_os = "none"))]
pub mod riscv;
#[cfg(feature = "std")]
pub mod std;
#[cfg(tasks)]
pub mod waker;

/// The waking side: inside a primitive, called after each change that somebody may wait for.
pub trait Unpark {
    /// Whether it does anything. Where it does not, nobody asks to be woken, and no change looks whether
    /// somebody did.
    const WAKES: bool = true;

    /// Wakes every waiter that registered before; may wake others, too.
    ///
    /// Never blocks for longer than a registration takes, and may be called from interrupt handlers
    /// where the implementation says so.
    fn unpark(&self);
}

/// The sleeping side: how a waiter sleeps until `U` wakes it.
#[diagnostic::on_unimplemented(
    message = "`{U}` never wakes a waiter that sleeps in `{Self}`",
    note = "the primitive's unparker and the waiter's parker must fit: see the table in `indivisible::wait`"
)]
pub trait Park<U: Unpark> {
    /// Registers with `unparker`, then sleeps once unless `ready` says true.
    ///
    /// May return early; callers look and come again. `ready` is called at most once, may run with
    /// interrupts masked, and must be no more than a look at a few words.
    ///
    /// # Errors
    ///
    /// [`WouldHang`] where this context can never be woken, or would shut another waiter out. `ready`
    /// may not have been called then.
    fn park_unless(&self, unparker: &U, ready: &mut dyn FnMut() -> bool)
    -> Result<Wake, WouldHang>;
}

/// Why a sleeper came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Wake {
    /// It was woken, or it was ready, or for no reason: look again.
    LookAgain,
    /// The parker's own time limit has passed.
    TimedOut,
}

/// Waiting was refused, because it could last for ever.
///
/// A guard, not a proof: what a parker can see of its context is in its documentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum WouldHang {
    /// In an interrupt handler: what it waits for may be what it interrupts.
    InInterrupt,
    /// Interrupts are masked: what it waits for cannot run.
    InterruptsMasked,
    /// Another waiter has the only slot, and would never be woken.
    SlotTaken,
}

impl fmt::Display for WouldHang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InInterrupt => "waiting in an interrupt handler could last for ever",
            Self::InterruptsMasked => "waiting with interrupts masked could last for ever",
            Self::SlotTaken => "another waiter has the only slot",
        })
    }
}

impl core::error::Error for WouldHang {}

/// Looks again and again: no sleep, and nothing to wake.
///
/// On a single core, an interrupt handler that polls for what it interrupted never ends, and nothing
/// here can tell.
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
    fn park_unless(&self, _: &Self, ready: &mut dyn FnMut() -> bool) -> Result<Wake, WouldHang> {
        if !ready() {
            core::hint::spin_loop();
        }
        Ok(Wake::LookAgain)
    }
}

/// Wakes nobody: the interrupt whose handler changes the word has already ended the sleep.
///
/// Only the interrupts of the sleeping core do. For another core, or for a peripheral that changes
/// memory without an interrupt, this is the wrong unparker.
#[derive(Clone, Copy, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Interrupts;

impl Unpark for Interrupts {
    const WAKES: bool = false;

    #[inline(always)]
    fn unpark(&self) {}
}
