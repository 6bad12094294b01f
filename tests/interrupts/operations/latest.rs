//! `Latest`: the writer in main and the readers in handlers, and the reverse; with two slots and with four.

use core::sync::atomic::{AtomicBool, Ordering::Relaxed};
use indivisible::{
    latest::{ContendedError, Latest, Reader, Words, Writer},
    wait::Polling,
};
use interloper_table::object;

/// Four words of which each one determines the others.
#[derive(Clone, Copy, Debug)]
pub struct Value([u32; 4]);

/// Whether `from_words` was called with torn words, even if the copy was dropped.
static TORN_WAS_CONVERTED: AtomicBool = AtomicBool::new(false);

impl Words for Value {
    type Repr = [usize; 4];

    #[inline(always)]
    fn into_words(self) -> [usize; 4] {
        self.0.map(|word| word as usize)
    }

    #[inline(always)]
    fn from_words(words: [usize; 4]) -> Self {
        let value = Self(words.map(|word| word as u32));
        let [a, b, c, d] = value.0;
        if (a ^ c) | (a ^ !b) | (a ^ !d) != 0 { TORN_WAS_CONVERTED.store(true, Relaxed) }
        value
    }
}

impl Value {
    #[inline(always)]
    fn new(number: u32) -> Self {
        Self([number, !number, number, !number])
    }
}

type Hand<const SLOTS: usize> = Option<Writer<'static, Value, Polling, SLOTS>>;
type Cursor<const SLOTS: usize> = Option<Reader<'static, Value, Polling, SLOTS>>;
type All<const SLOTS: usize> = Option<&'static Latest<Value, Polling, SLOTS>>;

#[inline(always)]
fn publish<const SLOTS: usize>(hand: &mut Hand<SLOTS>, number: u32) {
    if let Some(writer) = hand { writer.publish(Value::new(number)) }
}

/// Split after so many publications, of which the reader has not seen the last `unseen`.
fn split<const SLOTS: usize>(
    whole: &'static mut Latest<Value, Polling, SLOTS>,
    published: u32,
    unseen: u32,
) -> (Hand<SLOTS>, All<SLOTS>, Cursor<SLOTS>) {
    let (mut writer, all) = whole.split();
    let mut cursor = all.reader();
    for number in 1..=published {
        writer.publish(Value::new(number));
        if number <= published - unseen { let _ = cursor.read(); }
    }
    (Some(writer), Some(all), Some(cursor))
}

/// `$several`: enough publications to come round to the slot that is being read. `$contended`: what makes a single
/// attempt fail: one publication is enough with two slots, and not with four.
macro_rules! slots {
    ($name:ident, $SLOTS:literal, [$($several:ident: $number:literal),*], [$($contended:ident),*], [$($beside:tt)*],
     [$($variant:ident: $published:literal, $unseen:literal;)*]) => { object! {
        $name: Latest<Value, Polling, $SLOTS> = Latest::with_unparker(Polling),
        object all: All<$SLOTS> = None,
        handle writer: Hand<$SLOTS> = None,
        handle cursor: Cursor<$SLOTS> = None,
        $(reset $variant |$name, all, writer, cursor| {
            (*writer, *all, *cursor) = split($name, $published, $unseen);
        },)*
        main fn publish(writer) { publish(writer, 100) },
        core fn publish_beside(writer) { publish(writer, 100) },
        irq(1) fn publish_within(writer) { publish(writer, 200) },
        irq(1) fn publish_several(writer) = [$($several { publish(writer, $number) }),*],
        main fn last(writer) -> Option<Value> { writer.as_mut()?.last() },
        main core irq(1, 2) fn read(all) -> Option<Value> { all.as_ref()?.read() },
        main fn try_read(all) -> Option<Result<Option<Value>, ContendedError>> { Some(all.as_ref()?.try_read()) }
            extra Some(Err(_)) in [$($contended),*] $($beside)*,
        // A writer that it interrupts is suspended meanwhile; one on the other core makes it give up.
        irq(1) fn try_read_within(all) -> Option<Result<Option<Value>, ContendedError>> {
            Some(all.as_ref()?.try_read())
        } extra Some(Err(_)) in [publish, publish_beside] elsewhere,
        main core irq(1) fn newer_and_missed(cursor) -> Option<(Value, usize)> { cursor.as_mut()?.newer_and_missed() },
        main fn publish_a_draft(writer) {
            publish(writer, 99);
            publish(writer, 100);
        } wrong for publish, caught by [read],
        main fn read_in_halves(all) -> Option<Value> {
            let ([a, b, ..], [.., c, d]) = (all.as_ref()?.read()?.0, all.as_ref()?.read()?.0);
            Some(Value([a, b, c, d]))
        } wrong for read, caught by [publish_within],
        main fn try_read_in_halves(all) -> Option<Result<Option<Value>, ContendedError>> {
            let ([a, b, ..], [.., c, d]) = (all.as_ref()?.read()?.0, all.as_ref()?.read()?.0);
            Some(Ok(Some(Value([a, b, c, d]))))
        } wrong for try_read, caught by [publish_within],
        // The number of missed values is not that of the value.
        main fn count_then_read(cursor, all) -> Option<(Value, usize)> {
            let (_, missed) = cursor.as_mut()?.newer_and_missed()?;
            Some((all.as_ref()?.read()?, missed))
        } wrong for newer_and_missed, caught by [publish_within],
        state |all| all.as_ref().and_then(|all| all.read()),
        always |all| !TORN_WAS_CONVERTED.load(Relaxed), "torn words are never converted",
    } };
}

slots! {
    two, 2, [first: 201, second: 202], [publish_within, publish_several],
    [extra Some(Err(_)) in [publish_beside]],
    [first: 1, 0; second: 2, 0; unseen: 3, 1; missed: 3, 2;]
}
slots! {
    four, 4, [first: 201, second: 202, third: 203, fourth: 204], [publish_several],
    [],
    [first: 1, 0; second: 2, 0; third: 3, 0; fourth: 4, 0; unseen: 3, 1; missed: 4, 3;]
}

#[cfg(feature = "changes")]
object! {
    claimed: Latest<Value> = Latest::new(),
    reset |claimed| *claimed = Latest::new(),
    main core irq(1) fn claim(claimed) -> bool { claimed.claim().is_some() },
}

#[cfg(feature = "changes")]
use cell::{Cell, borrow};

#[cfg(feature = "changes")]
mod cell {
    use super::Value;
    use indivisible::latest::WriterCell;

    pub(super) type Cell = Option<WriterCell<'static, Value>>;

    /// Publishes, and gives what was last before; `None` if the writer is borrowed.
    #[inline(always)]
    pub(super) fn borrow(cell: &'static Cell, number: u32) -> Option<Option<Value>> {
        let mut writer = cell.as_ref()?.try_borrow()?;
        let last = writer.last();
        writer.publish(Value::new(number));
        Some(last)
    }
}

// A context that comes while the writer is borrowed gets none.
#[cfg(feature = "changes")]
object! {
    published: Latest<Value> = Latest::new(),
    object cell: Cell = None,
    reset |published, cell| {
        *published = Latest::new();
        *cell = Some(indivisible::latest::WriterCell::new(published));
        borrow(cell, 1);
    },
    main fn try_borrow(published, cell) -> Option<Option<Value>> { borrow(cell, 10) }
        extra None in [try_borrow_beside, try_borrow_within, try_borrow_below] elsewhere,
    core fn try_borrow_beside(published, cell) -> Option<Option<Value>> { borrow(cell, 20) }
        extra None in [try_borrow, try_borrow_within, try_borrow_below] elsewhere,
    irq(1) fn try_borrow_within(published, cell) -> Option<Option<Value>> { borrow(cell, 30) }
        extra None in [try_borrow] extra None in [try_borrow_below] extra None in [try_borrow_beside],
    irq(2) fn try_borrow_below(published, cell) -> Option<Option<Value>> { borrow(cell, 40) }
        extra None in [try_borrow] extra None in [try_borrow_beside],
    main core irq(1) fn read(published) -> Option<Value> { published.read() },
    state |published| published.read(),
    always |published| !TORN_WAS_CONVERTED.load(Relaxed), "torn words are never converted",
}
