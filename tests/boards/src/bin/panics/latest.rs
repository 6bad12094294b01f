//! The last value.

use core::hint::black_box;
use indivisible::latest::Latest;

type Value = (u32, u8);

#[inline(never)]
pub(crate) fn tier1() {
    let mut latest = Latest::<Value>::new();
    let (mut writer, shared) = black_box(&mut latest).split();
    writer.publish(black_box((3, 4)));
    black_box((writer.last(), shared.read()));
    _ = black_box(shared.try_read(black_box(2)));
}

#[cfg(back_end)]
#[inline(never)]
pub(crate) fn tier2() {
    let latest = Latest::<Value>::new();
    black_box(black_box(&latest).claim().is_some());
}
