//! A place that a task takes once, for all of its waits.

use super::{Wait, Wakers, let_go_on, slot::Slot};
use crate::wait::WaitError;
use core::{convert::Infallible, fmt, task::Context};

/// The place of one task in the [`Wakers`] of the object `O`, taken before the first wait.
///
/// It is refused where all places are taken: at start-up, with a `Result`, and not at the first crowd. From then on
/// no wait is refused. It is given back when the waiter is dropped.
///
/// ```
/// # use core::num::NonZero;
/// use indivisible::{stop::StopSignal, wait::{WaitError, task::{Waiter, Wakers}}};
///
/// type Stop = StopSignal<NonZero<u8>, Wakers<1>>;
/// static STOP: Stop = Stop::with_unparker(Wakers::new());
///
/// async fn work(stop: Waiter<'static, Stop>) {
///     let reason = stop.requested().await;
///     println!("stopped for reason {reason}");
/// }
///
/// let waiter = STOP.waiter()?;
/// assert!(STOP.waiter().is_err());
/// # STOP.request_stop(NonZero::<u8>::MIN).unwrap();
/// # let mut task = core::pin::pin!(work(waiter));
/// # let mut context = core::task::Context::from_waker(core::task::Waker::noop());
/// # assert!(task.as_mut().poll(&mut context).is_ready());
/// # Ok::<(), WaitError>(())
/// ```
///
/// # Several waits at once
///
/// The waits of one waiter share its place. They are meant for one task, which selects over them or joins them; take
/// a waiter for each task. Two things happen otherwise:
///
/// - If they are polled with different wakers, as `FuturesUnordered` does, each registration calls the waker that it
///   replaces. No wake-up is lost, but two waits that stay pending have each other polled in turns without end.
/// - If they are polled in two contexts at once, a wait that finds another one registering calls
///   its own waker, to be polled again. In an executor that has preempted the other one, it keeps it from ever being
///   done. (With critical sections, neither finds the other registering.)
///
/// # Between waits
///
/// The task stays registered: a change may poll it also where it waits for something else. A
/// [`Progress`](crate::progress::Progress) and a [`Latest`](crate::latest::Latest) wake once after the last wait, a
/// [`SingleProgress`](crate::progress::SingleProgress) at each change, and with critical sections once.
///
/// # Cost
///
/// Taking the place is up to `N` changes of a byte, a poll two, or four where it registers another waker than the one
/// before, and giving it back two. With critical sections, taking it is as many of them, a poll one, and giving it
/// back one. Waits may be polled in interrupt handlers, as in
/// embassy's interrupt executor.
pub struct Waiter<'a, O> {
    object: &'a O,
    place: Place<'a>,
}

impl<'a, O> Waiter<'a, O> {
    pub(crate) fn new<const N: usize>(
        object: &'a O,
        wakers: &'a Wakers<N>,
    ) -> Result<Self, WaitError> {
        let place = wakers.place()?;
        Ok(Self { object, place })
    }

    /// What it waits for.
    #[inline]
    pub fn object(&self) -> &'a O {
        self.object
    }

    pub(crate) fn place(&self) -> &Place<'a> {
        &self.place
    }
}

impl<O: fmt::Debug> fmt::Debug for Waiter<'_, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Waiter").field(self.object).finish()
    }
}

#[cfg(feature = "defmt")]
impl<O: defmt::Format> defmt::Format for Waiter<'_, O> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Waiter({})", self.object);
    }
}

/// A slot that belongs to a task; left when it is dropped.
pub(crate) struct Place<'a> {
    slot: &'a Slot,
}

impl<'a> Place<'a> {
    /// Of a slot that the caller has taken.
    pub(super) fn new(slot: &'a Slot) -> Self {
        Self { slot }
    }

    pub(super) fn slot(&self) -> &'a Slot {
        self.slot
    }
}

impl Wait for Place<'_> {
    type Refused = Infallible;
    type Waiting<'b>
        = ()
    where
        Self: 'b;

    fn poll(
        &self,
        (): &mut (),
        context: &mut Context<'_>,
        look: &mut dyn FnMut(bool) -> bool,
    ) -> Result<(), Infallible> {
        if !look(false) {
            self.slot.register_shared(context.waker());
            look(true);
        }
        Ok(())
    }

    fn error(refused: Infallible) -> WaitError {
        match refused {}
    }
}

impl Drop for Place<'_> {
    // Not inlined: a future has it in several states.
    #[inline(never)]
    fn drop(&mut self) {
        let old = self.slot.leave();
        let_go_on(|| drop(old));
    }
}
