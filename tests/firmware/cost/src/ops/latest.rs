//! The last value, of one, two and four words.

use crate::measure::cost;
use indivisible::{
    latest::{ContendedError, Latest, Reader, Words, Writer, WriterCell},
    wait::{Polling, task::Wakers},
};

/// A value of `N` words that is passed in them.
fn value<T: Words>(make: impl FnOnce() -> T) -> T {
    make()
}

macro_rules! latest {
    ($T:ty, $value:expr) => {{
        type It = Latest<$T>;
        static LATEST: It = It::new();
        cost!(
            1,
            concat!("Latest<", stringify!($T), ">::read, empty"),
            |it: &It| -> Option<$T> { it.read() },
            (&LATEST)
        );
        let writer = cost!(
            2,
            concat!("Latest<", stringify!($T), ">::claim"),
            |it: &'static It| -> Option<Writer<'static, $T>> { it.claim() },
            (&LATEST)
        );
        if let Some(mut writer) = writer {
            let value = value(|| $value);
            cost!(
                1,
                concat!("Latest<", stringify!($T), ">::publish"),
                |it: &mut Writer<'static, $T>, value: &$T| {
                    it.publish(*value);
                },
                (&mut writer, &value)
            );
            cost!(
                1,
                concat!("Latest<", stringify!($T), ">::last"),
                |it: &Writer<'static, $T>| -> Option<$T> { it.last() },
                (&writer)
            );
        }
        cost!(
            1,
            concat!("Latest<", stringify!($T), ">::read"),
            |it: &It| -> Option<$T> { it.read() },
            (&LATEST)
        );
        cost!(
            1,
            concat!("Latest<", stringify!($T), ">::try_read"),
            |it: &It| -> Result<Option<$T>, ContendedError> { it.try_read() },
            (&LATEST)
        )
        .ok();
    }};
}

type Four = [u32; 4];

/// Four words, published and read with these slots and this unparker.
macro_rules! newer {
    ($U:ty, $SLOTS:literal, $name:literal, $unparker:expr) => {{
        type It = Latest<Four, $U, $SLOTS>;
        type ItsWriter = Writer<'static, Four, $U, $SLOTS>;
        type ItsReader = Reader<'static, Four, $U, $SLOTS>;
        static LATEST: It = It::with_unparker($unparker);
        if let Some(mut writer) = LATEST.claim() {
            cost!(
                1,
                concat!($name, "::publish"),
                |it: &mut ItsWriter, value: &Four| {
                    it.publish(*value);
                },
                (&mut writer, &[1, 2, 3, 4])
            );
        }
        cost!(
            1,
            concat!($name, "::read"),
            |it: &It| -> Option<Four> { it.read() },
            (&LATEST)
        );
        let mut reader = LATEST.reader();
        cost!(
            1,
            concat!($name, ", Reader::newer_and_missed"),
            |it: &mut ItsReader| -> Option<(Four, usize)> { it.newer_and_missed() },
            (&mut reader)
        );
        cost!(
            1,
            concat!($name, ", Reader::read_newer, nothing newer"),
            |it: &mut ItsReader| -> Option<Four> { it.read_newer() },
            (&mut reader)
        );
    }};
}

fn cell() {
    type Cell = WriterCell<'static, Four>;
    static LATEST: Latest<Four> = Latest::new();
    let mut cell = Cell::new(&LATEST);
    cell.get_mut();
    cost!(
        1,
        "WriterCell::get_mut, publish",
        |it: &mut Cell, value: &Four| {
            if let Some(mut writer) = it.get_mut() {
                writer.publish(*value);
            }
        },
        (&mut cell, &[1, 2, 3, 4])
    );
    cost!(
        2,
        "WriterCell::try_borrow, publish",
        |it: &Cell, value: &Four| {
            if let Some(mut writer) = it.try_borrow() {
                writer.publish(*value);
            }
        },
        (&cell, &[1, 2, 3, 4])
    );
}

pub(super) fn all() {
    latest!(u32, 1);
    latest!([u32; 2], [1, 2]);
    latest!([u32; 4], [1, 2, 3, 4]);
    newer!(Polling, 2, "Latest<[u32; 4]> of 2 slots", Polling);
    newer!(Polling, 4, "Latest<[u32; 4]> of 4 slots", Polling);
    newer!(Wakers<2>, 2, "Latest<[u32; 4], Wakers<2>>", Wakers::new());
    cell();
}
