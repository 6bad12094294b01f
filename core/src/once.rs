//! A cell for a value of any type that is initialized once.
//!
//! # States
//!
//! ```text
//!              begin()                finish()
//!     EMPTY ─────────────► RUNNING ─────────────► READY
//!       ▲                     │                     │
//!       │  the initializer    │                     │
//!       ├──────── fails ──────┘                     │
//!       └───────────────── take(&mut self) ─────────┘
//! ```
//!
//! | state | `value` | read by | written by |
//! |---|---|---|---|
//! | `EMPTY` | `None` | | |
//! | `RUNNING` | `None`, until `finish` writes it | | the owner: the call whose exchange stored `RUNNING` |
//! | `READY` | `Some` | every caller | |
//!
//! 1. `begin` takes `EMPTY` to `RUNNING` by a compare-and-exchange, so there is at most one owner.
//! 2. The owner alone leaves `RUNNING`: `finish` writes `value` and stores `READY`; `Running::drop`, when the
//!    initializer returns an error, panics, or is a future that is dropped, stores `EMPTY`.
//! 3. No method that takes `&self` leaves `READY`, so a `&T` stays valid as long as the cell is borrowed.
//! 4. `take` and `get_mut` borrow the cell exclusively, so there is no owner and no `&T`. `take` also ends a
//!    `RUNNING` whose owner was leaked: a future passed to `mem::forget`.
//!
//! # Memory ordering
//!
//! | store | synchronizes with | so that |
//! |---|---|---|
//! | `READY`, Release, in `finish` | the Acquire load in `get` | the value is written before it is read |
//! | `EMPTY`, Release, in `Running::drop` | the Acquire exchange in `begin` | an initializer that failed happens-before the next one |

#![allow(
    unsafe_code,
    reason = "the state guards memory that the compiler cannot see guarded"
)]

#[cfg(threads)]
mod blocking;
mod error;
#[cfg(tasks)]
mod tasks;
mod traits;
mod waiters;

#[cfg(threads)]
#[cfg_attr(docsrs, doc(cfg(feature = "std")))]
pub use blocking::Blocking;
#[cfg(threads)]
#[cfg_attr(docsrs, doc(cfg(feature = "std")))]
pub use error::{InitError, ReentrantError, SetError};
pub use error::{InitializingError, TryInitError, TrySetError};
pub use waiters::Waiters;

use crate::sync::{
    Change,
    Ordering::{Acquire, Relaxed, Release},
    ReadModifyWrite, Target, UnsafeCell, shared,
};
use crate::wait::Polling;
use core::convert::Infallible;

const EMPTY: u8 = 0;
const RUNNING: u8 = 1;
const READY: u8 = 2;

/// A cell that is initialized once, in interrupt handlers as well as in threads and tasks.
///
/// Where a call finds an initializer running, `std`'s type of this name waits. An interrupt handler that
/// waits for the code that it preempted waits for ever; hence the methods that every cell has return an
/// error instead, and begin with `try_`. The type parameter `U` adds those that wait:
///
/// | `std::sync::OnceLock` | every `U` | `Blocking`: threads | [`Wakers<N>`, `Listeners`](crate::wait): tasks |
/// |---|---|---|---|
/// | `get` | [`get`](Self::get) | | |
/// | `set` | [`try_set`](Self::try_set) | `set` | |
/// | `get_or_init` | [`try_get_or_init`](Self::try_get_or_init) | `get_or_init` | `get_or_init().await` |
/// | `get_or_try_init` | [`try_get_or_try_init`](Self::try_get_or_try_init) | `get_or_try_init` | |
/// | `wait` | | `wait` | `initialized().await` |
///
/// `Blocking` comes with the feature `std`, tasks with the feature `waker`. There is no waiting form for a
/// core that sleeps in WFI: on a single core, the initializer is what the waiter has preempted.
///
/// Needs [read-modify-write](crate::atomic). Every method that takes `&self` and does not wait may be called
/// from interrupt handlers, where what it wakes may be woken from them. [`get`](Self::get) is one load on every
/// target. Without compare-and-swap, starting an initializer is one critical section; the initializer itself runs
/// in none, with interrupts as they were. Memory: one byte and an `Option<T>`.
///
/// Source: *Rust Atomics and Locks*, chapter 2, "Example: Lazy One-Time Initialization", and its remarks on
/// `std::sync::Once` and `OnceLock`.
///
/// ```
/// use indivisible::once::{InitializingError, OnceLock};
///
/// static TABLE: OnceLock<[u8; 4]> = OnceLock::new();
///
/// assert_eq!(TABLE.get(), None);
/// assert_eq!(TABLE.try_get_or_init(|| [1, 2, 3, 4]), Ok(&[1, 2, 3, 4]));
/// assert_eq!(TABLE.try_get_or_init(|| unreachable!()), Ok(&[1, 2, 3, 4]));
///
/// // A call from inside the initializer gets an error; it does not deadlock.
/// static KNOT: OnceLock<bool> = OnceLock::new();
/// let knot = KNOT.try_get_or_init(|| KNOT.try_get_or_init(|| true) == Err(InitializingError));
/// assert_eq!(knot, Ok(&true));
/// ```
pub struct OnceLock<T, U = Polling> {
    state: shared::AtomicU8,
    /// An `Option`, although `state` records whether there is a value: the compiler drops it, so that `T` may
    /// borrow from a value that is dropped before the cell. An `impl Drop` would forbid that.
    value: UnsafeCell<Option<T>>,
    waiters: U,
}

// SAFETY: a shared cell hands out `&T` to every context, hence `T: Sync`; a value that one context stores may
// be dropped in another, hence `T: Send`. The states keep writes of `value` apart from all other accesses.
unsafe impl<T: Send + Sync, U: Sync> Sync for OnceLock<T, U> {}
// SAFETY: it owns the value, as a `T` does.
unsafe impl<T: Send, U: Send> Send for OnceLock<T, U> {}

impl<T> OnceLock<T> {
    /// Creates an empty cell whose methods do not wait.
    #[cfg_attr(no_const, no_const::no_const)]
    pub const fn new() -> Self
    where
        for<'a> Target<'a>: ReadModifyWrite,
    {
        Self::with_unparker(Polling)
    }

    /// Creates a cell that holds `value`.
    #[cfg_attr(no_const, no_const::no_const)]
    pub const fn with_value(value: T) -> Self
    where
        for<'a> Target<'a>: ReadModifyWrite,
    {
        Self::with_value_and_unparker(value, Polling)
    }
}

impl<T, U> OnceLock<T, U> {
    /// Creates an empty cell for waiters that `unparker` wakes.
    #[cfg_attr(no_const, no_const::no_const)]
    pub const fn with_unparker(unparker: U) -> Self
    where
        U: Waiters,
        for<'a> Target<'a>: ReadModifyWrite,
    {
        Self {
            state: shared::AtomicU8::new(EMPTY),
            value: UnsafeCell::new(None),
            waiters: unparker,
        }
    }

    /// Creates a cell that holds `value`, for waiters that `unparker` wakes once it was taken out.
    #[cfg_attr(no_const, no_const::no_const)]
    pub const fn with_value_and_unparker(value: T, unparker: U) -> Self
    where
        U: Waiters,
        for<'a> Target<'a>: ReadModifyWrite,
    {
        Self {
            state: shared::AtomicU8::new(READY),
            value: UnsafeCell::new(Some(value)),
            waiters: unparker,
        }
    }

    /// The value, or `None` if it is not initialized.
    ///
    /// What its initializer wrote before happens-before what the caller does with the reference.
    #[inline]
    pub fn get(&self) -> Option<&T> {
        if self.state.load(Acquire) == READY {
            // SAFETY: `READY` was loaded Acquire.
            Some(unsafe { self.get_unchecked() })
        } else {
            None
        }
    }

    /// # Safety
    ///
    /// During the borrow of `self`, this context has loaded `READY` Acquire, or has stored it.
    #[inline]
    unsafe fn get_unchecked(&self) -> &T {
        self.value.with(|value| {
            // SAFETY: in `READY` the value is `Some` and is not written as long as `self` is borrowed; the write
            // before happens-before this, by the caller's promise.
            unsafe { (*value).as_ref().unwrap_unchecked() }
        })
    }

    /// The value, or `None` if it is not initialized.
    pub fn get_mut(&mut self) -> Option<&mut T> {
        // SAFETY: `&mut self`: there is no other reference to the cell, so none to the value.
        self.value.with_mut(|value| unsafe { (*value).as_mut() })
    }

    /// Takes the value out, and leaves the cell empty and ready for another initializer.
    ///
    /// That holds also where the future of an initializer was leaked (`mem::forget`), which leaves the cell
    /// busy for callers that share it.
    pub fn take(&mut self) -> Option<T> {
        self.state = shared::AtomicU8::new(EMPTY);
        // SAFETY: `&mut self`: there is no other reference to the cell, so none to the value.
        self.value.with_mut(|value| unsafe { (*value).take() })
    }

    /// The value, or `None` if it is not initialized.
    pub fn into_inner(mut self) -> Option<T> {
        self.take()
    }
}

impl<T, U: Waiters> OnceLock<T, U> {
    /// Stores `value`, unless there is a value or an initializer is running.
    ///
    /// # Errors
    ///
    /// [`TrySetError`], which gives `value` back.
    pub fn try_set(&self, value: T) -> Result<(), TrySetError<T>> {
        match self.begin() {
            Ok(running) => {
                running.finish(value);
                Ok(())
            }
            Err(READY) => Err(TrySetError::AlreadySet(value)),
            Err(_) => Err(TrySetError::Initializing(value)),
        }
    }

    /// The value; computed by `f` if there is none.
    ///
    /// `f` runs outside critical sections, with interrupts as they were. If it panics, the cell is empty
    /// again, and so it is for the other methods that take an initializer.
    ///
    /// # Errors
    ///
    /// [`InitializingError`] where the initializer of another call is running: on another core, in another
    /// thread, in the code that this call preempts, or around this very call. `f` has not run then.
    #[inline]
    pub fn try_get_or_init(&self, f: impl FnOnce() -> T) -> Result<&T, InitializingError> {
        match self.try_get_or_try_init(|| Ok::<T, Infallible>(f())) {
            Ok(value) => Ok(value),
            Err(TryInitError::Initializing) => Err(InitializingError),
        }
    }

    /// As [`try_get_or_init`](Self::try_get_or_init), with an initializer that may fail; the cell is empty
    /// again then.
    ///
    /// # Errors
    ///
    /// [`TryInitError`]: the error of `f`, or that the initializer of another call is running.
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
        // `begin` found `RUNNING`, which may be `READY` by now, or `READY`.
        self.get().ok_or(TryInitError::Initializing)
    }

    /// Takes `EMPTY` to `RUNNING`, or returns the state that there is.
    fn begin(&self) -> Result<Running<'_, T, U>, u8> {
        Change::compare_exchange(&self.state, EMPTY, RUNNING, Acquire, Relaxed)?;
        let running = Running { cell: self };
        self.waiters.began();
        Ok(running)
    }
}

/// The owner of `RUNNING`. Dropped without `finish`, it leaves the cell empty.
struct Running<'a, T, U: Waiters> {
    cell: &'a OnceLock<T, U>,
}

impl<'a, T, U: Waiters> Running<'a, T, U> {
    fn finish(self, value: T) -> &'a T {
        let cell = self.cell;
        // SAFETY: this is the owner of `RUNNING`, so no other context accesses the value. It is `None`, so
        // nothing is overwritten that would have to be dropped.
        cell.value
            .with_mut(|slot| unsafe { slot.write(Some(value)) });
        core::mem::forget(self);
        cell.waiters.ending();
        // Alone: other contexts exchange `EMPTY` only.
        cell.state.store_alone(READY, Release);
        // A waker that panics finds the value stored and `READY`.
        cell.waiters.unpark();
        // Borrowed after the publication, from the cell: one borrowed before would be the writer's own,
        // and invalid once another context writes through the `&T` that it got from the cell.
        // SAFETY: `READY` was stored above.
        unsafe { cell.get_unchecked() }
    }
}

impl<T, U: Waiters> Drop for Running<'_, T, U> {
    fn drop(&mut self) {
        self.cell.waiters.ending();
        // A section where changes are sections, not `store_alone`: the next owner takes `EMPTY` by a change,
        // whose inner load is Relaxed there, and only the section orders the two.
        self.cell.state.store(EMPTY, Release);
        // One of the waiters starts its own initializer.
        self.cell.waiters.unpark();
    }
}

#[cfg(test)]
mod tests {
    use super::{InitializingError, OnceLock, TryInitError, TrySetError};
    use core::panic::AssertUnwindSafe;
    use std::{panic::catch_unwind, rc::Rc};

    #[test]
    fn try_set_gives_the_value_back() {
        let cell = OnceLock::new();
        assert_eq!(cell.try_set(1), Ok(()));
        assert_eq!(cell.try_set(2), Err(TrySetError::AlreadySet(2)));
        assert_eq!(cell.get(), Some(&1));
    }

    #[test]
    fn a_call_from_inside_the_initializer_gets_an_error() {
        let cell = OnceLock::new();
        let seen = cell.try_get_or_init(|| {
            assert_eq!(cell.try_set(1), Err(TrySetError::Initializing(1)));
            assert_eq!(cell.try_get_or_init(|| 2), Err(InitializingError));
            assert_eq!(cell.get(), None);
            3
        });
        assert_eq!(seen, Ok(&3));
    }

    #[test]
    fn a_panic_and_a_failure_leave_the_cell_empty() {
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
    fn the_value_is_dropped_once() {
        let value = Rc::new(());
        let mut cell = OnceLock::with_value(value.clone());
        drop(cell.take());
        assert_eq!(Rc::strong_count(&value), 1);
        assert_eq!(cell.try_set(value.clone()), Ok(()));
        drop(cell);
        assert_eq!(Rc::strong_count(&value), 1);
        drop(OnceLock::<Rc<()>>::new());
    }
}
