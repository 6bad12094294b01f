//! The forms that wait, for threads.

use super::{
    InitError, OnceLock, READY, RUNNING, ReentrantError, Running, SetError,
    waiters::{Observe, Waiters},
};
use crate::sync::{
    Ordering::{Acquire, Relaxed},
    plain::AtomicUsize,
};
use crate::wait::{
    Park, Unpark,
    thread::{Broadcast, CurrentThread},
};
use core::{convert::Infallible, ptr};

/// Lets any number of threads wait for the initializer of an [`OnceLock`].
///
/// It records which thread runs the initializer, so that a call from inside gets [`ReentrantError`] instead
/// of waiting for itself. Two initializers that wait for each other's cells deadlock, as with `std`'s cell.
///
/// ```
/// use indivisible::once::{Blocking, OnceLock};
///
/// static CONFIG: OnceLock<String, Blocking> = OnceLock::blocking();
/// assert_eq!(CONFIG.get_or_init(|| "on".to_owned()).unwrap(), "on");
/// ```
#[derive(Debug, Default)]
pub struct Blocking {
    threads: Broadcast,
    /// The [`thread_address`] of the thread that runs the initializer, or 0.
    ///
    /// Relaxed: the only question is whether it is the caller's own address, which the caller alone stores.
    owner: AtomicUsize,
}

impl Blocking {
    /// Creates an unparker that no thread waits for.
    #[cfg_attr(no_const, no_const::no_const)]
    pub const fn new() -> Self {
        Self {
            threads: Broadcast::new(),
            owner: AtomicUsize::new(0),
        }
    }
}

/// An address that no other living thread has.
fn thread_address() -> usize {
    std::thread_local! {
        static ANCHOR: u8 = const { 0 };
    }
    ANCHOR.with(|anchor| ptr::from_ref(anchor).addr())
}

impl Unpark for Blocking {
    fn unpark(&self) {
        self.threads.unpark();
    }
}

impl Waiters for Blocking {}

impl Observe for Blocking {
    fn began(&self) {
        self.owner.store(thread_address(), Relaxed);
    }

    fn ending(&self) {
        self.owner.store(0, Relaxed);
    }
}

#[cfg_attr(docsrs, doc(cfg(feature = "std")))]
impl<T> OnceLock<T, Blocking> {
    /// Creates an empty cell whose methods may wait.
    #[cfg_attr(no_const, no_const::no_const)]
    pub const fn blocking() -> Self {
        Self::with_unparker(Blocking::new())
    }

    /// Stores `value` if there is none. Where an initializer is running, waits for it.
    ///
    /// # Errors
    ///
    /// [`SetError`], which gives `value` back: there is a value, or this thread's own initializer is running,
    /// around this very call.
    pub fn set(&self, value: T) -> Result<(), SetError<T>> {
        match self.begin_or_wait() {
            Ok(Ok(running)) => {
                running.finish(value);
                Ok(())
            }
            Ok(Err(_)) => Err(SetError::AlreadySet(value)),
            Err(ReentrantError) => Err(SetError::Reentrant(value)),
        }
    }

    /// The value; computed by `f` if there is none. Where the initializer of another call is running, waits
    /// for it.
    ///
    /// If `f` panics, the panic goes to its caller, the cell is empty again, and one of the waiting threads
    /// runs its own.
    ///
    /// # Errors
    ///
    /// [`ReentrantError`] where this thread's own initializer is running, around this very call.
    pub fn get_or_init(&self, f: impl FnOnce() -> T) -> Result<&T, ReentrantError> {
        match self.get_or_try_init(|| Ok::<T, Infallible>(f())) {
            Ok(value) => Ok(value),
            Err(InitError::Reentrant) => Err(ReentrantError),
        }
    }

    /// As [`get_or_init`](Self::get_or_init), with an initializer that may fail; the cell is empty again then,
    /// and one of the waiting threads runs its own.
    ///
    /// # Errors
    ///
    /// [`InitError`]: the error of `f`, or that this thread's own initializer is running, around this very
    /// call.
    pub fn get_or_try_init<E>(&self, f: impl FnOnce() -> Result<T, E>) -> Result<&T, InitError<E>> {
        match self.begin_or_wait()? {
            Ok(running) => Ok(running.finish(f().map_err(InitError::Failed)?)),
            Err(value) => Ok(value),
        }
    }

    /// The value; waits until it is initialized.
    ///
    /// # Errors
    ///
    /// [`ReentrantError`] where this thread's own initializer is running, around this very call.
    pub fn wait(&self) -> Result<&T, ReentrantError> {
        loop {
            if let Some(value) = self.get() {
                return Ok(value);
            }
            self.park_unless(|state| state == READY)?;
        }
    }

    /// Becomes the owner of `RUNNING`, or gets the value that another owner has stored.
    fn begin_or_wait(&self) -> Result<Result<Running<'_, T, Blocking>, &T>, ReentrantError> {
        loop {
            if let Some(value) = self.get() {
                return Ok(Err(value));
            }
            match self.begin() {
                Ok(running) => return Ok(Ok(running)),
                Err(_) => self.park_unless(|state| state != RUNNING)?,
            }
        }
    }

    /// Sleeps until `ready` is true of the state; may return earlier.
    fn park_unless(&self, ready: fn(u8) -> bool) -> Result<(), ReentrantError> {
        if self.waiters.owner.load(Relaxed) == thread_address() {
            return Err(ReentrantError);
        }
        let mut ready = || ready(self.state.load(Acquire));
        let parked = CurrentThread::new().park_unless(&self.waiters.threads, &mut ready);
        debug_assert!(parked.is_ok(), "a broadcast refuses no thread");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Blocking, OnceLock, ReentrantError, SetError};
    use core::{
        panic::AssertUnwindSafe,
        sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed},
    };
    use std::{panic::catch_unwind, sync::Barrier, thread};

    #[test]
    fn all_threads_get_the_one_value() {
        let cell = OnceLock::<u32, Blocking>::blocking();
        let (made, together) = (AtomicU32::new(0), Barrier::new(8));
        thread::scope(|threads| {
            for _ in 0..8 {
                threads.spawn(|| {
                    together.wait();
                    let value = cell.get_or_init(|| made.fetch_add(1, Relaxed) + 41);
                    assert_eq!(value, Ok(&41));
                });
            }
        });
        assert_eq!(made.load(Relaxed), 1);
    }

    #[test]
    fn a_waiting_thread_takes_over_after_a_panic() {
        let cell = OnceLock::<u32, Blocking>::blocking();
        let (running, together) = (AtomicBool::new(false), Barrier::new(2));
        thread::scope(|threads| {
            threads.spawn(|| {
                let panicking = AssertUnwindSafe(|| {
                    cell.get_or_init(|| {
                        running.store(true, Relaxed);
                        together.wait();
                        panic!("planted")
                    })
                });
                assert!(catch_unwind(panicking).is_err());
            });
            together.wait();
            assert!(running.load(Relaxed));
            assert_eq!(cell.get_or_init(|| 7), Ok(&7));
        });
    }

    #[test]
    fn a_call_from_inside_the_initializer_gets_an_error() {
        let cell = OnceLock::<u32, Blocking>::blocking();
        let outer = cell.get_or_init(|| {
            assert_eq!(cell.get_or_init(|| 1), Err(ReentrantError));
            assert_eq!(cell.wait(), Err(ReentrantError));
            assert_eq!(cell.set(1), Err(SetError::Reentrant(1)));
            2
        });
        assert_eq!(outer, Ok(&2));
        let cell = OnceLock::<u32, Blocking>::blocking();
        let outer = cell.try_get_or_init(|| u32::from(cell.wait() == Err(ReentrantError)));
        assert_eq!(outer, Ok(&1));
    }
}
