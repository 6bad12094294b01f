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

use crate::sync::{
    Change,
    Ordering::{Acquire, Relaxed, Release},
    UnsafeCell, const_fn, shared,
};
use core::{convert::Infallible, fmt, mem::MaybeUninit};

const EMPTY: u8 = 0;
const RUNNING: u8 = 1;
const READY: u8 = 2;

/// A cell that is written once and never blocks.
///
/// `std`'s type of this name makes a second caller wait; here it gets an error, in a handler that
/// interrupted the initialiser as well as in the initialiser itself.
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
pub struct OnceLock<T> {
    state: shared::AtomicU8,
    /// Initialised in `READY`; belongs to the owner of `RUNNING`; never touched in `EMPTY`.
    value: UnsafeCell<MaybeUninit<T>>,
}

// SAFETY: a shared cell hands out `&T` to every context, hence `T: Sync`; and a value that one context
// puts in may be dropped by another, hence `T: Send`. The states above let nobody write the value
// beside anybody else's access.
unsafe impl<T: Send + Sync> Sync for OnceLock<T> {}
// SAFETY: it owns the value, like a `T`.
unsafe impl<T: Send> Send for OnceLock<T> {}

impl<T> OnceLock<T> {
    const_fn! {
        /// Creates an empty cell.
        pub fn new() -> Self {
            Self {
                state: shared::AtomicU8::new(EMPTY),
                value: UnsafeCell::new(MaybeUninit::uninit()),
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
            running.finish(value);
        }
        // Not begun: `READY` meanwhile, or `RUNNING`, which may have become `READY` since.
        self.get().ok_or(TryInitError::Initializing)
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

    /// Takes `EMPTY` to `RUNNING`, or says which state there is.
    fn begin(&self) -> Result<Running<'_, T>, u8> {
        self.state
            .compare_exchange(EMPTY, RUNNING, Acquire, Relaxed)
            .map(|_| Running { cell: self })
    }
}

/// The owner of `RUNNING`; dropped before it finishes, as in a panic, it leaves the cell empty.
struct Running<'a, T> {
    cell: &'a OnceLock<T>,
}

impl<T> Running<'_, T> {
    fn finish(self, value: T) {
        self.cell.value.with_mut(|slot| {
            // SAFETY: `RUNNING` is ours, so nobody else reads or writes the value; it is not
            // initialised, so nothing is lost undropped.
            unsafe { (*slot).write(value) };
        });
        // Alone: everybody else leaves `RUNNING` as it is, or only reads.
        self.cell.state.store_alone(READY, Release);
        core::mem::forget(self);
    }
}

impl<T> Drop for Running<'_, T> {
    fn drop(&mut self) {
        // Not `store_alone`: the next owner takes `RUNNING` by a change, which acquires this by way of
        // the section only if it is one.
        self.cell.state.store(EMPTY, Release);
    }
}

impl<T> Drop for OnceLock<T> {
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
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for OnceLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OnceLock").field(&self.get()).finish()
    }
}

#[cfg(feature = "defmt")]
impl<T: defmt::Format> defmt::Format for OnceLock<T> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "OnceLock({})", self.get());
    }
}

/// An initialiser of the same cell is running.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Initializing;

impl fmt::Display for Initializing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value is being made")
    }
}

impl core::error::Error for Initializing {}

/// Why a value was not set; it comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum SetError<T> {
    /// There is a value already.
    AlreadySet(T),
    /// An initialiser is running.
    Initializing(T),
}

impl<T> SetError<T> {
    /// The value that was not set.
    pub fn into_inner(self) -> T {
        match self {
            Self::AlreadySet(value) | Self::Initializing(value) => value,
        }
    }
}

impl<T> fmt::Display for SetError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AlreadySet(_) => f.write_str("the value is set already"),
            Self::Initializing(_) => Initializing.fmt(f),
        }
    }
}

impl<T: fmt::Debug> core::error::Error for SetError<T> {}

/// Why there is no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum TryInitError<E> {
    /// The initialiser failed.
    Failed(E),
    /// Another initialiser is running.
    Initializing,
}

impl<E: fmt::Display> fmt::Display for TryInitError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(error) => error.fmt(f),
            Self::Initializing => Initializing.fmt(f),
        }
    }
}

impl<E: core::error::Error> core::error::Error for TryInitError<E> {}

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
