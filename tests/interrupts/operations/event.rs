//! Waits in WFE, until a handler or the other core sends an event: no wake-up is lost, although nothing is masked.

use cortex_m::asm;
use indivisible::{
    latest::{Latest, Reader, Writer},
    progress::{self, ChangeError, MAX_TOTAL, SingleProgress},
    wait::{
        Interrupts, Park, WaitError, WakeReason,
        wfe::{Event, Wfe},
    },
};
use interloper_table::object;

use super::wait::{Awaited, Newest, begun, published, wait_change, wait_newer};

/// Clears the event register after the check: with it goes the event of a change that came in between.
struct Draining;

impl Park<Event> for Draining {
    fn park_unless(&self, _: &Event, ready: &mut dyn FnMut() -> bool) -> Result<WakeReason, WaitError> {
        if !ready() {
            asm::sev();
            asm::wfe();
            asm::wfe();
        }
        Ok(WakeReason::Woken)
    }
}

/// Sleeps in WFE for a change that sends no event.
struct Unsent;

impl Park<Interrupts> for Unsent {
    fn park_unless(&self, _: &Interrupts, ready: &mut dyn FnMut() -> bool) -> Result<WakeReason, WaitError> {
        if !ready() {
            asm::wfe();
        }
        Ok(WakeReason::Woken)
    }
}

object! {
    single: Awaited<Event> = SingleProgress::with_unparker(MAX_TOTAL, Event),
    object reader: Option<&'static Awaited<Event>> = None,
    handle writer: Option<progress::Writer<'static, Event>> = None,
    reset waiting |single, reader, writer| (*writer, *reader) = begun(single, 0),
    reset changed |single, reader, writer| (*writer, *reader) = begun(single, 1),
    main fn wait_change(reader) -> Option<Result<usize, ChangeError>> { wait_change(reader, &Wfe) }
        sleeps,
    main fn drain_after_the_check(reader) -> Option<Result<usize, ChangeError>> { wait_change(reader, &Draining) }
        wrong for wait_change, caught by [advance],
    core irq(1) fn advance(writer) { if let Some(it) = writer { it.advance(1) } },
    state |reader| reader.map(SingleProgress::done),
}

// `Interrupts` sends no event: its documentation excludes another core.
object! {
    unsent: Awaited<Interrupts> = SingleProgress::with_unparker(MAX_TOTAL, Interrupts),
    object reader: Option<&'static Awaited<Interrupts>> = None,
    handle writer: Option<progress::Writer<'static, Interrupts>> = None,
    reset waiting |unsent, reader, writer| (*writer, *reader) = begun(unsent, 0),
    reset changed |unsent, reader, writer| (*writer, *reader) = begun(unsent, 1),
    main fn wait_change(reader) -> Option<Result<usize, ChangeError>> { wait_change(reader, &Unsent) }
        sleeps,
    irq(1) fn advance(writer) { if let Some(it) = writer { it.advance(1) } },
    core fn advance_beside(writer) { if let Some(it) = writer { it.advance(1) } },
    known [wait_change, advance_beside], "`Interrupts` wakes no other core, as its documentation tells",
}

object! {
    latest: Newest<Event> = Latest::with_unparker(Event),
    handle cursor: Option<Reader<'static, u32, Event>> = None,
    handle writer: Option<Writer<'static, u32, Event>> = None,
    reset waiting |latest, cursor, writer| (*writer, *cursor) = published(latest, None),
    reset newer |latest, cursor, writer| (*writer, *cursor) = published(latest, Some(5)),
    main fn wait_newer(cursor) -> Option<Result<Option<u32>, WaitError>> { wait_newer(cursor, &Wfe) }
        sleeps,
    main fn drain_after_the_check(cursor) -> Option<Result<Option<u32>, WaitError>> { wait_newer(cursor, &Draining) }
        wrong for wait_newer, caught by [publish],
    core irq(1) fn publish(writer) { if let Some(it) = writer { it.publish(7) } },
}

#[cfg(feature = "changes")]
use changes::{Never, Signal};

#[cfg(feature = "changes")]
mod changes {
    use super::{Event, Park, WaitError, WakeReason, asm};
    use core::num::NonZero;
    use indivisible::stop::StopSignal;

    pub(super) type Signal = StopSignal<NonZero<u8>, Event>;

    /// Sleeps without the check that registers the waiter.
    pub(super) struct Never;

    impl Park<Event> for Never {
        fn park_unless(&self, _: &Event, _: &mut dyn FnMut() -> bool) -> Result<WakeReason, WaitError> {
            asm::wfe();
            Ok(WakeReason::Woken)
        }
    }
}

#[cfg(feature = "changes")]
type Shared = indivisible::progress::Progress<Event>;

#[cfg(feature = "changes")]
object! {
    shared: Shared = Shared::with_unparker(2, Event),
    reset waiting |shared| *shared = Shared::with_unparker(2, Event),
    reset complete |shared| { *shared = Shared::with_unparker(2, Event); shared.advance(2) },
    main fn wait_change(shared) -> bool { shared.wait_change(0, &Wfe).is_ok() } sleeps,
    main fn wait_complete(shared) -> Result<usize, WaitError> { shared.wait_complete(&Wfe) } sleeps,
    // The writer sends an event only to a waiter that has registered.
    main fn sleep_unregistered(shared) -> bool { shared.wait_change(0, &Never).is_ok() }
        wrong for wait_change, caught by [advance_beside],
    core fn advance_beside(shared) { shared.advance(2) },
    irq(1) fn advance_within(shared) { shared.advance(2) },
    state |shared| shared.done(),
}

#[cfg(feature = "changes")]
object! {
    signal: Signal = Signal::with_unparker(Event),
    reset clear |signal| *signal = Signal::with_unparker(Event),
    reset requested |signal| {
        *signal = Signal::with_unparker(Event);
        signal.request_stop(core::num::NonZero::<u8>::MAX).ok();
    },
    main fn wait(signal) -> Option<core::num::NonZero<u8>> { signal.wait(&Wfe).ok().flatten() }
        sleeps,
    main fn drain_after_the_check(signal) -> Option<core::num::NonZero<u8>> { signal.wait(&Draining).ok().flatten() }
        wrong for wait, caught by [request_stop],
    core irq(1) fn request_stop(signal) { signal.request_stop(core::num::NonZero::<u8>::MIN).ok(); },
    state |signal| signal.reason(),
}
