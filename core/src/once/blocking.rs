//! Threads that wait for the one that initialises.

use super::{OnceLock, RUNNING, Waiters, sealed};
use crate::sync::{
    Ordering::{Acquire, Relaxed},
    plain::AtomicUsize,
};
use crate::wait::{
    Park, Unpark,
    thread::{Broadcast, CurrentThread},
};
use core::{convert::Infallible, fmt, ptr};

/// Lets any number of threads wait for an [`OnceLock`], and knows which thread they wait for.
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
    /// Who initialises, by the address of a thread-local; 0 for nobody.
    ///
    /// Relaxed: the one question asked is "is it I?", and only I write my own address.
    owner: AtomicUsize,
}

impl Blocking {
    /// Creates it where nobody waits.
    pub const fn new() -> Self {
        Self {
            threads: Broadcast::new(),
            owner: AtomicUsize::new(0),
        }
    }
}

/// An address that no other living thread has.
fn me() -> usize {
    std::thread_local! {
        static ME: u8 = const { 0 };
    }
    ME.with(|me| ptr::from_ref(me).addr())
}

impl Unpark for Blocking {
    fn unpark(&self) {
        self.threads.unpark();
    }
}

impl Waiters for Blocking {}

impl sealed::Waiters for Blocking {
    fn begun(&self) {
        self.owner.store(me(), Relaxed);
    }

    fn ended(&self) {
        self.owner.store(0, Relaxed);
    }
}

impl<T> OnceLock<T, Blocking> {
    /// Creates an empty cell that threads may wait for.
    pub const fn blocking() -> Self {
        Self::with_unparker(Blocking::new())
    }

    /// The value: the one that is there, or `f`'s, or that of the thread that is making it.
    ///
    /// If the initialiser panics, the panic goes to its caller, and one of those who wait runs its own.
    ///
    /// # Errors
    ///
    /// [`Reentrant`] where this thread's own initialiser is running, around this very call.
    pub fn get_or_init(&self, f: impl FnOnce() -> T) -> Result<&T, Reentrant> {
        match self.get_or_try_init(|| Ok::<T, Infallible>(f()))? {
            Ok(value) => Ok(value),
        }
    }

    /// As [`get_or_init`](Self::get_or_init), with an initialiser that may fail; one of those who wait then
    /// runs its own.
    ///
    /// # Errors
    ///
    /// Outside, [`Reentrant`] where this thread's own initialiser is running; inside, the initialiser's.
    pub fn get_or_try_init<E>(
        &self,
        f: impl FnOnce() -> Result<T, E>,
    ) -> Result<Result<&T, E>, Reentrant> {
        let running = loop {
            if let Some(value) = self.get() {
                return Ok(Ok(value));
            }
            match self.begin() {
                Ok(running) => break running,
                Err(_) => self.await_change()?,
            }
        };
        Ok(f().map(|value| running.finish(value)))
    }

    /// The value, once somebody has set it.
    ///
    /// # Errors
    ///
    /// [`Reentrant`] where that is this thread, around this very call.
    pub fn wait(&self) -> Result<&T, Reentrant> {
        loop {
            if let Some(value) = self.get() {
                return Ok(value);
            }
            self.sleep_unless(|| self.get().is_some())?;
        }
    }

    /// Until nobody is initialising, or for less.
    fn await_change(&self) -> Result<(), Reentrant> {
        self.sleep_unless(|| self.state.load(Acquire) != RUNNING)
    }

    fn sleep_unless(&self, mut ready: impl FnMut() -> bool) -> Result<(), Reentrant> {
        if self.waiters.owner.load(Relaxed) == me() {
            return Err(Reentrant);
        }
        // Never refused: a broadcast has room for everybody.
        let parked = CurrentThread::new().park_unless(&self.waiters.threads, &mut ready);
        debug_assert!(parked.is_ok());
        Ok(())
    }
}

/// An initialiser asked for the value that it makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reentrant;

impl fmt::Display for Reentrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an initialiser asked for the value that it makes")
    }
}

impl core::error::Error for Reentrant {}

#[cfg(test)]
mod tests {
    use super::{Blocking, OnceLock, Reentrant};
    use core::{
        panic::AssertUnwindSafe,
        sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed},
    };
    use std::{panic::catch_unwind, sync::Barrier, thread};

    #[test]
    fn everybody_gets_the_one_value() {
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
    fn one_of_those_who_wait_takes_over_after_a_panic() {
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
    fn an_initialiser_that_asks_for_itself_is_told() {
        let cell = OnceLock::<u32, Blocking>::blocking();
        let outer = cell.get_or_init(|| {
            assert_eq!(cell.get_or_init(|| 1), Err(Reentrant));
            assert_eq!(cell.wait(), Err(Reentrant));
            2
        });
        assert_eq!(outer, Ok(&2));
        let cell = OnceLock::<u32, Blocking>::blocking();
        let outer = cell.try_get_or_init(|| u32::from(cell.wait() == Err(Reentrant)));
        assert_eq!(outer, Ok(&1));
    }
}
