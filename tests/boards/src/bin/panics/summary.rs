//! What was recorded, summed up.

use core::hint::black_box;
use indivisible::summary::Summary;

#[inline(never)]
pub(crate) fn tier1() {
    black_box(black_box(Summary::<u32>::EMPTY).mean());
}
