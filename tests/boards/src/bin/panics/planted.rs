//! A panic that nobody has asked for: an index that may be too large.

use core::hint::black_box;

#[inline(never)]
pub(crate) fn loud() {
    let shards = black_box([1, 2, 3]);
    black_box(shards[black_box(2)]);
}
