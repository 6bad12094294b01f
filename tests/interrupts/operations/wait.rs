//! The gap between the last check and the sleep, of every parker that sleeps in WFI.

use indivisible::{
    latest::{Latest, Reader, Writer},
    progress::{self, ChangeError, MAX_TOTAL, SingleProgress},
    wait::{Interrupts, Park, Unpark, WaitError, WakeReason, wfi::Wfi},
};
use interloper_table::object;

/// Checks, and then sleeps although the interrupt may have come in between.
struct Hasty;

impl<U: Unpark> Park<U> for Hasty {
    fn park_unless(&self, _: &U, ready: &mut dyn FnMut() -> bool) -> Result<WakeReason, WaitError> {
        if !ready() {
            #[cfg(target_arch = "arm")]
            cortex_m::asm::wfi();
            #[cfg(target_arch = "riscv32")]
            riscv::asm::wfi();
        }
        Ok(WakeReason::Woken)
    }
}

pub(super) type Awaited<U> = SingleProgress<U>;

/// Split after so many steps.
pub(super) fn begun<U: Unpark>(
    single: &'static mut Awaited<U>,
    steps: usize,
) -> (Option<progress::Writer<'static, U>>, Option<&'static Awaited<U>>) {
    let (mut writer, reader) = single.split();
    writer.advance(steps);
    (Some(writer), Some(reader))
}

/// What is done when it is more than nothing.
#[inline(always)]
pub(super) fn wait_change<U: Unpark>(
    reader: &Option<&'static Awaited<U>>,
    parker: &impl Park<U>,
) -> Option<Result<usize, ChangeError>> {
    Some(reader.as_ref()?.wait_change(0, parker))
}

object! {
    awaited: Awaited<Interrupts> = SingleProgress::with_unparker(MAX_TOTAL, Interrupts),
    object reader: Option<&'static Awaited<Interrupts>> = None,
    handle writer: Option<progress::Writer<'static, Interrupts>> = None,
    reset waiting |awaited, reader, writer| (*writer, *reader) = begun(awaited, 0),
    reset changed |awaited, reader, writer| (*writer, *reader) = begun(awaited, 1),
    main fn wait_change(reader) -> Option<Result<usize, ChangeError>> { wait_change(reader, &Wfi) }
        sleeps,
    main fn wait_hastily(reader) -> Option<Result<usize, ChangeError>> { wait_change(reader, &Hasty) }
        wrong for wait_change, caught by [advance],
    irq(1) fn advance(writer) { if let Some(it) = writer { it.advance(1) } },
    state |reader| reader.map(SingleProgress::done),
}

pub(super) type Newest<U> = Latest<u32, U>;

/// Split; the reader has not seen the value that was published, if one was.
pub(super) fn published<U: Unpark>(
    whole: &'static mut Newest<U>,
    value: Option<u32>,
) -> (Option<Writer<'static, u32, U>>, Option<Reader<'static, u32, U>>) {
    let (mut writer, all) = whole.split();
    let cursor = all.reader();
    if let Some(value) = value { writer.publish(value) }
    (Some(writer), Some(cursor))
}

/// The next value.
#[inline(always)]
pub(super) fn wait_newer<U: Unpark>(
    cursor: &mut Option<Reader<'static, u32, U>>,
    parker: &impl Park<U>,
) -> Option<Result<Option<u32>, WaitError>> {
    Some(cursor.as_mut()?.wait_newer(parker))
}

object! {
    latest: Newest<Interrupts> = Latest::with_unparker(Interrupts),
    handle cursor: Option<Reader<'static, u32, Interrupts>> = None,
    handle writer: Option<Writer<'static, u32, Interrupts>> = None,
    reset waiting |latest, cursor, writer| (*writer, *cursor) = published(latest, None),
    reset newer |latest, cursor, writer| (*writer, *cursor) = published(latest, Some(5)),
    main fn wait_newer(cursor) -> Option<Result<Option<u32>, WaitError>> { wait_newer(cursor, &Wfi) }
        sleeps,
    main fn wait_hastily(cursor) -> Option<Result<Option<u32>, WaitError>> { wait_newer(cursor, &Hasty) }
        wrong for wait_newer, caught by [publish],
    irq(1) fn publish(writer) { if let Some(it) = writer { it.publish(7) } },
}
