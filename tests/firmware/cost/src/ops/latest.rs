//! The last value, of one, two and four words.

use crate::measure::cost;
use indivisible::latest::{Contended, Latest, Payload, Writer};

/// A value of `N` words that is passed in them.
fn value<T: Payload>(make: impl FnOnce() -> T) -> T {
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
            concat!("Latest<", stringify!($T), ">::try_read(1)"),
            |it: &It| -> Result<Option<$T>, Contended> { it.try_read(1) },
            (&LATEST)
        )
        .ok();
    }};
}

pub(super) fn all() {
    latest!(u32, 1);
    latest!([u32; 2], [1, 2]);
    latest!([u32; 4], [1, 2, 3, 4]);
}
