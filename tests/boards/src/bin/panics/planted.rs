//! A planted panic: an index that may be out of bounds.

use core::hint::black_box;

#[inline(never)]
pub(crate) fn loud() {
    let shards = black_box([1, 2, 3]);
    black_box(shards[black_box(2)]);
}
