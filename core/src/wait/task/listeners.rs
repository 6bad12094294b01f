//! Any number of tasks, in the list of the crate `event-listener`.

use super::{TaskUnpark, Wait};
use crate::{
    sync::{Ordering::AcqRel, plain::AtomicBool},
    wait::{Unpark, WaitError},
};
use core::{fmt, future::Future, pin::Pin, task::Context};
use event_listener::{Event, EventListener};

/// Wakes any number of tasks, all of them; no wait is refused.
///
/// Each wait allocates, and waking takes the lock of a list where a task waits: it is for hosts, not for signal
/// handlers. Where no task waits, waking is one atomic exchange. The list is that of the crate `event-listener`.
///
/// | waiter | `unpark` |
/// |---|---|
/// | enters the list | |
/// | sets `entered`, AcqRel | clears `entered`, AcqRel |
/// | checks; sleeps | notifies the list, if it was set |
///
/// Both change one word, so they are ordered. If the waiter comes second, it sees what precedes the `unpark`. If it
/// comes first, this `unpark` or one in between has found `entered` set, and notifies the list with the waiter in it.
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
    /// A task has entered the list since the last `unpark`.
    entered: AtomicBool,
    event: Event,
}

impl Listeners {
    /// Creates it without a waiter.
    pub const fn new() -> Self {
        Self {
            entered: AtomicBool::new(false),
            event: Event::new(),
        }
    }
}

impl Unpark for Listeners {
    fn unpark(&self) {
        if self.entered.swap(false, AcqRel) {
            self.event.notify(usize::MAX);
        }
    }
}

impl TaskUnpark for Listeners {}

impl Wait for Listeners {
    type Refused = WaitError;

    type Waiting<'a> = Option<EventListener>;

    fn poll(
        &self,
        listener: &mut Option<EventListener>,
        context: &mut Context<'_>,
        look: &mut dyn FnMut(bool) -> bool,
    ) -> Result<(), WaitError> {
        while !look(false) {
            let own = listener.get_or_insert_with(|| self.event.listen());
            self.entered.swap(true, AcqRel);
            if look(true) {
                break;
            }
            if Pin::new(own).poll(context).is_pending() {
                return Ok(());
            }
            *listener = None;
        }
        *listener = None;
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
            .field("waiting", &self.event.total_listeners())
            .finish_non_exhaustive()
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for Listeners {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(
            f,
            "Listeners({=usize} waiting)",
            self.event.total_listeners()
        );
    }
}
