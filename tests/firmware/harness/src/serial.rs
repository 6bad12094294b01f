//! Values that never repeat, so that a stale one cannot pass for the right one.

use core::sync::atomic::{AtomicU32, Ordering::Relaxed};

static LAST: AtomicU32 = AtomicU32::new(0);
static BASE: AtomicU32 = AtomicU32::new(0);

/// A value that was never given before.
#[inline(always)]
pub fn next() -> u32 {
    let value = LAST.load(Relaxed).wrapping_add(1);
    LAST.store(value, Relaxed);
    value
}

/// The value as all landings have it: the how manyth of this landing, 0 for one from before.
#[inline(always)]
pub fn relative(value: u32) -> u64 {
    let age = value.wrapping_sub(BASE.load(Relaxed));
    // What is no value of this landing stays recognisable.
    u64::from(age)
}

pub(crate) fn rebase() {
    BASE.store(LAST.load(Relaxed), Relaxed);
}
