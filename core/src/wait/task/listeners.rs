//! Any number of tasks, in a list behind a lock.

use super::{TaskUnpark, Wait, let_go_on, wake_each};
use crate::{
    sync::{
        Ordering::AcqRel,
        plain::AtomicBool,
        threads::{Mutex, MutexGuard},
    },
    wait::{Unpark, WaitError},
};
use core::{
    fmt, mem,
    task::{Context, Waker},
};
use std::{collections::BTreeMap, sync::PoisonError};

/// Wakes any number of tasks, all of them; no wait is refused.
///
/// Each wait allocates, and waking takes a lock where a task waits: it is for hosts, not for signal handlers. Where
/// no task waits, waking is one atomic exchange.
///
/// The lock is held while a waker is put into the list or taken out, and not while one is called, cloned or dropped: a
/// waker may poll its task in the call, and that task may wait again. A waker that panics does not keep the other
/// tasks from being woken; the panic then goes on in the caller.
///
/// | waiter | `unpark` |
/// |---|---|
/// | puts its waker into the list | |
/// | sets `entered`, AcqRel | clears `entered`, AcqRel |
/// | checks; sleeps | if it was set: takes all wakers out, and calls them |
///
/// Both change one word, so they are ordered. If the waiter comes second, it sees what precedes the `unpark`. If it
/// comes first, this `unpark` or one in between has found `entered` set, and finds the waker in the list, unless another
/// `unpark` has taken it out. That one calls it, and the call leads to a poll, which registers again: before this
/// `unpark`, which then finds the waker, or after it, and then sees what precedes it.
///
/// ```
/// use core::num::NonZero;
/// use indivisible::{stop::StopSignal, wait::task::Listeners};
///
/// static STOP: StopSignal<NonZero<u8>, Listeners> = StopSignal::with_unparker(Listeners::new());
///
/// async fn work() {
///     let reason = STOP.requested().await.expect("no wait is refused");
///     println!("stopped for reason {reason}");
/// }
/// # let _ = work();
/// ```
pub struct Listeners {
    /// A waker was put into the list since the last `unpark`.
    entered: AtomicBool,
    list: Mutex<List>,
}

struct List {
    /// By the number of the wait.
    wakers: BTreeMap<u64, Waker>,
    /// The number of the next wait.
    next: u64,
}

impl Listeners {
    /// Creates it without a waiter.
    #[cfg_attr(no_const, no_const::no_const)]
    pub const fn new() -> Self {
        Self {
            entered: AtomicBool::new(false),
            list: Mutex::new(List {
                wakers: BTreeMap::new(),
                next: 0,
            }),
        }
    }

    /// No code panics while it holds the lock, so a poisoned one is as good.
    fn list(&self) -> MutexGuard<'_, List> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `wait` is given its number at its first registration.
    fn register<'a>(&'a self, wait: &mut Option<Listener<'a>>, waker: &Waker) {
        let waker = waker.clone();
        let replaced = {
            let mut list = self.list();
            let wait = wait.get_or_insert_with(|| {
                list.next += 1;
                Listener {
                    listeners: self,
                    number: list.next,
                }
            });
            list.wakers.insert(wait.number, waker)
        };
        self.entered.swap(true, AcqRel);
        drop(replaced);
    }
}

impl Unpark for Listeners {
    fn unpark(&self) {
        if self.entered.swap(false, AcqRel) {
            let wakers = mem::take(&mut self.list().wakers);
            wake_each(wakers.into_values(), Waker::wake);
        }
    }
}

/// A wait that has registered; its waker leaves the list when it is dropped.
pub(crate) struct Listener<'a> {
    listeners: &'a Listeners,
    number: u64,
}

impl Drop for Listener<'_> {
    fn drop(&mut self) {
        let waker = self.listeners.list().wakers.remove(&self.number);
        let_go_on(|| drop(waker));
    }
}

impl TaskUnpark for Listeners {}

impl Wait for Listeners {
    type Refused = WaitError;

    type Waiting<'a> = Option<Listener<'a>>;

    fn poll<'a>(
        &'a self,
        wait: &mut Option<Listener<'a>>,
        context: &mut Context<'_>,
        look: &mut dyn FnMut(bool) -> bool,
    ) -> Result<(), WaitError> {
        if !look(false) {
            self.register(wait, context.waker());
            if !look(true) {
                return Ok(());
            }
        }
        *wait = None;
        Ok(())
    }

    fn error(refused: WaitError) -> WaitError {
        refused
    }
}

impl Default for Listeners {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Listeners {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listeners")
            .field("waiting", &self.list().wakers.len())
            .finish_non_exhaustive()
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for Listeners {
    fn format(&self, f: defmt::Formatter<'_>) {
        let waiting = self.list().wakers.len();
        defmt::write!(f, "Listeners({=usize} waiting)", waiting);
    }
}
