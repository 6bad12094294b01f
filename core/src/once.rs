//! A value of any type, made once, and nobody waits.
//!
//! # States
//!
//! ```text
//!   EMPTY ── somebody begins ──► RUNNING ── the value is there ──► READY
//!     ▲                             │
//!     └── the initialiser failed ───┘
//! ```
//!
//! - `EMPTY` → `RUNNING` is a compare-and-exchange: whoever makes it owns the cell until it leaves
//!   `RUNNING`, and no other state lets anybody write the value.
//! - `RUNNING` → `READY` is a store: the owner alone may leave `RUNNING`. The value is never written
//!   again, so a `&T` handed out stays good.
//! - Whoever finds `RUNNING` gets [`Initializing`]. It may have interrupted the initialiser, or be the
//!   initialiser: waiting would be for ever, on a single core always.
//!
//! # Memory ordering
//!
//! `READY` is stored Release after the value is written, and loaded Acquire before it is read.
//! `RUNNING` is taken Acquire, so that its owner comes after an owner that failed; that one leaves
//! with Release.

#![allow(
    unsafe_code,
    reason = "the state guards memory that the compiler cannot see guarded"
)]

#[cfg(feature = "std")]
mod blocking;
mod error;
#[cfg(tasks)]
mod tasks;

#[cfg(feature = "std")]
pub use blocking::{Blocking, Reentrant};
pub use error::{Initializing, SetError, TryInitError};

use crate::sync::{
    Change,
    Ordering::{Acquire, Relaxed, Release},
    UnsafeCell, const_fn, shared,
};
use crate::wait::Polling;
use core::{convert::Infallible, fmt, mem::MaybeUninit};

const EMPTY: u8 = 0;
const RUNNING: u8 = 1;
const READY: u8 = 2;

/// A cell that is written once and never blocks.
///
/// `std`'s type of this name makes a second caller wait; here it gets an error, in a handler that
/// interrupted the initialiser as well as in the initialiser itself.
///
/// Waiting exists where a waiter can be told from the initialiser, by `U`: for threads
/// (`Blocking`, feature `std`) and for tasks ([`Wakers`](crate::wait), feature `waker`). There is none
/// for a core that sleeps in WFI: on one core, what it waits for is what it has interrupted.
///
/// Tier 2. Every method may be called from interrupt handlers. [`get`](Self::get) is one load on every
/// target; without compare-and-swap, beginning is one critical section, and the initialiser runs in
/// none. (*Rust Atomics and Locks*, chapter 2, "Example: Lazy One-Time Initialization", and what it
/// says of `std::sync::Once` and `OnceLock`.)
///
/// ```
/// use indivisible::once::{Initializing, OnceLock};
///
/// static TABLE: OnceLock<[u8; 4]> = OnceLock::new();
///
/// assert_eq!(TABLE.get(), None);
/// assert_eq!(TABLE.try_get_or_init(|| [1, 2, 3, 4]), Ok(&[1, 2, 3, 4]));
/// assert_eq!(TABLE.try_get_or_init(|| unreachable!()), Ok(&[1, 2, 3, 4]));
///
/// static KNOT: OnceLock<bool> = OnceLock::new();
/// let inner_failed = KNOT.try_get_or_init(|| KNOT.try_get_or_init(|| true) == Err(Initializing));
/// assert_eq!(inner_failed, Ok(&true));
/// ```
pub struct OnceLock<T, U = Polling> {
    state: shared::AtomicU8,
    /// Initialised in `READY`; belongs to the owner of `RUNNING`; never touched in `EMPTY`.
    value: UnsafeCell<MaybeUninit<T>>,
    waiters: U,
}

/// Who waits for an initialiser: nobody, threads, or tasks. Sealed.
pub trait Waiters: sealed::Waiters {}

mod sealed {
    use crate::wait::{Polling, Unpark};

    pub trait Waiters: Unpark {
        /// The calling context has begun to initialise.
        fn begun(&self) {}

        /// It has ended, and says so next.
        fn ended(&self) {}
    }

    impl Waiters for Polling {}
}

impl Waiters for Polling {}

// SAFETY: a shared cell hands out `&T` to every context, hence `T: Sync`; and a value that one context
// puts in may be dropped by another, hence `T: Send`. The states above let nobody write the value
// beside anybody else's access.
unsafe impl<T: Send + Sync, U: Sync> Sync for OnceLock<T, U> {}
// SAFETY: it owns the value, like a `T`.
unsafe impl<T: Send, U: Send> Send for OnceLock<T, U> {}

impl<T> OnceLock<T> {
    const_fn! {
        /// Creates an empty cell that nobody waits for.
        pub fn new() -> Self {
            Self::with_unparker(Polling)
        }
    }
}

impl<T, U> OnceLock<T, U> {
    const_fn! {
        /// Creates an empty cell for waiters that `waiters` wakes.
        pub fn with_unparker(waiters: U) -> Self {
            Self {
                state: shared::AtomicU8::new(EMPTY),
                value: UnsafeCell::new(MaybeUninit::uninit()),
                waiters,
            }
        }
    }

    /// The value, if it is there.
    #[inline]
    pub fn get(&self) -> Option<&T> {
        if self.state.load(Acquire) == READY {
            // SAFETY: `READY` says that the value is initialised and will not be written again while
            // `self` is borrowed; the Acquire load has synchronised with its Release store.
            Some(
                self.value
                    .with(|value| unsafe { (*value).assume_init_ref() }),
            )
        } else {
            None
        }
    }

    /// The value, which nobody else can look at meanwhile, if it is there.
    pub fn get_mut(&mut self) -> Option<&mut T> {
        if self.state.load(Relaxed) == READY {
            // SAFETY: `READY` says that the value is initialised; `&mut self`, that nobody else is here.
            Some(
                self.value
                    .with_mut(|value| unsafe { (*value).assume_init_mut() }),
            )
        } else {
            None
        }
    }

    /// Takes the value out and leaves the cell empty.
    pub fn take(&mut self) -> Option<T> {
        if self.state.load(Relaxed) != READY {
            return None;
        }
        self.state = shared::AtomicU8::new(EMPTY);
        // SAFETY: `READY` said that the value is initialised; `EMPTY` says now that it is gone, so that
        // it is read once only.
        Some(
            self.value
                .with_mut(|value| unsafe { (*value).assume_init_read() }),
        )
    }

    /// The value, without the cell.
    pub fn into_inner(mut self) -> Option<T> {
        self.take()
    }
}

impl<T, U: Waiters> OnceLock<T, U> {
    /// Sets the value, if there is none and none is being made.
    ///
    /// # Errors
    ///
    /// [`SetError`], with the value given back.
    pub fn set(&self, value: T) -> Result<(), SetError<T>> {
        match self.begin() {
            Ok(running) => {
                running.finish(value);
                Ok(())
            }
            Err(READY) => Err(SetError::AlreadySet(value)),
            Err(_) => Err(SetError::Initializing(value)),
        }
    }

    /// The value, made by `f` if there is none.
    ///
    /// `f` runs outside critical sections, with interrupts as they were. If it panics, the cell is
    /// empty again.
    ///
    /// # Errors
    ///
    /// [`Initializing`], where `f` of another call is running: on another core, in another thread, in
    /// what this call interrupted, or around this very call. `f` was not called then.
    #[inline]
    pub fn try_get_or_init(&self, f: impl FnOnce() -> T) -> Result<&T, Initializing> {
        match self.try_get_or_try_init(|| Ok::<T, Infallible>(f())) {
            Ok(value) => Ok(value),
            Err(TryInitError::Initializing) => Err(Initializing),
        }
    }

    /// As [`try_get_or_init`](Self::try_get_or_init), with an initialiser that may fail; the cell is then
    /// empty again.
    ///
    /// # Errors
    ///
    /// [`TryInitError`]: the initialiser's, or that another is running.
    #[inline]
    pub fn try_get_or_try_init<E>(
        &self,
        f: impl FnOnce() -> Result<T, E>,
    ) -> Result<&T, TryInitError<E>> {
        match self.get() {
            Some(value) => Ok(value),
            None => self.try_init(f),
        }
    }

    #[cold]
    fn try_init<E>(&self, f: impl FnOnce() -> Result<T, E>) -> Result<&T, TryInitError<E>> {
        if let Ok(running) = self.begin() {
            let value = f().map_err(TryInitError::Failed)?;
            return Ok(running.finish(value));
        }
        // Not begun: `READY` meanwhile, or `RUNNING`, which may have become `READY` since.
        self.get().ok_or(TryInitError::Initializing)
    }

    /// Takes `EMPTY` to `RUNNING`, or says which state there is.
    fn begin(&self) -> Result<Running<'_, T, U>, u8> {
        self.state
            .compare_exchange(EMPTY, RUNNING, Acquire, Relaxed)?;
        self.waiters.begun();
        Ok(Running { cell: self })
    }
}

/// The owner of `RUNNING`; dropped before it finishes, as in a panic, it leaves the cell empty.
struct Running<'a, T, U: Waiters> {
    cell: &'a OnceLock<T, U>,
}

impl<'a, T, U: Waiters> Running<'a, T, U> {
    fn finish(self, value: T) -> &'a T {
        let cell = self.cell;
        // SAFETY: `RUNNING` is ours, so nobody else reads or writes the value, and it is not
        // initialised, so nothing is lost undropped. From `READY` on, which we store next, nobody writes
        // it as long as the cell is borrowed, so a shared reference may stay.
        let value: &'a T = cell.value.with_mut(|slot| unsafe { (*slot).write(value) });
        core::mem::forget(self);
        cell.waiters.ended();
        // Alone: everybody else leaves `RUNNING` as it is, or only reads.
        cell.state.store_alone(READY, Release);
        cell.waiters.unpark();
        value
    }
}

impl<T, U: Waiters> Drop for Running<'_, T, U> {
    fn drop(&mut self) {
        self.cell.waiters.ended();
        // Not `store_alone`: the next owner takes `RUNNING` by a change, which acquires this by way of
        // the section only if it is one.
        self.cell.state.store(EMPTY, Release);
        // One of those who wait begins anew.
        self.cell.waiters.unpark();
    }
}

impl<T, U> Drop for OnceLock<T, U> {
    fn drop(&mut self) {
        self.take();
    }
}

impl<T> Default for OnceLock<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> From<T> for OnceLock<T> {
    fn from(value: T) -> Self {
        Self {
            state: shared::AtomicU8::new(READY),
            value: UnsafeCell::new(MaybeUninit::new(value)),
            waiters: Polling,
        }
    }
}

impl<T: fmt::Debug, U> fmt::Debug for OnceLock<T, U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OnceLock").field(&self.get()).finish()
    }
}

#[cfg(feature = "defmt")]
impl<T: defmt::Format, U> defmt::Format for OnceLock<T, U> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "OnceLock({})", self.get());
    }
}

#[cfg(test)]
mod tests {
    use super::{Initializing, OnceLock, SetError, TryInitError};
    use core::panic::AssertUnwindSafe;
    use std::{panic::catch_unwind, rc::Rc};

    #[test]
    fn set_gives_the_value_back() {
        let cell = OnceLock::new();
        assert_eq!(cell.set(1), Ok(()));
        assert_eq!(cell.set(2), Err(SetError::AlreadySet(2)));
        assert_eq!(cell.get(), Some(&1));
    }

    #[test]
    fn an_initialiser_meets_itself_as_an_error() {
        let cell = OnceLock::new();
        let seen = cell.try_get_or_init(|| {
            assert_eq!(cell.set(1), Err(SetError::Initializing(1)));
            assert_eq!(cell.try_get_or_init(|| 2), Err(Initializing));
            assert_eq!(cell.get(), None);
            3
        });
        assert_eq!(seen, Ok(&3));
    }

    #[test]
    fn a_panic_and_a_failure_leave_it_empty() {
        let cell = OnceLock::new();
        let panicking = AssertUnwindSafe(|| cell.try_get_or_init(|| panic!("planted")));
        assert!(catch_unwind(panicking).is_err());
        assert_eq!(
            cell.try_get_or_try_init(|| Err("no")),
            Err(TryInitError::Failed("no"))
        );
        assert_eq!(cell.try_get_or_init(|| 4), Ok(&4));
    }

    #[test]
    fn drops_what_it_holds_once() {
        let value = Rc::new(());
        let mut cell = OnceLock::from(value.clone());
        drop(cell.take());
        assert_eq!(Rc::strong_count(&value), 1);
        assert_eq!(cell.set(value.clone()), Ok(()));
        drop(cell);
        assert_eq!(Rc::strong_count(&value), 1);
        drop(OnceLock::<Rc<()>>::new());
    }
}
