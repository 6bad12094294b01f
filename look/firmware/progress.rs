//! Main and the handler each report one item of four, of which two are done.

use core::sync::atomic::{AtomicUsize, Ordering::{Acquire, Release}};
use indivisible::progress::Progress;
use interloper_table::object;

mod store {
    use super::*;

    #[inline(always)]
    fn advance(done: &AtomicUsize) {
        let n = done.load(Acquire);
        done.store(n + 1, Release);
    }

    object! {
        done: AtomicUsize = AtomicUsize::new(0),
        reset |done| *done.get_mut() = 2,
        main irq(1) fn main(done) { advance(done) },
        state |done| done.load(Acquire),
    }
}

mod advance {
    use super::*;

    #[inline(always)]
    fn advance(done: &Progress) {
        done.advance(1);
    }

    object! {
        done: Progress = Progress::new(4),
        reset |done| { done.restart(4); done.advance(2); },
        main irq(1) fn main(done) { advance(done) },
        state |done| done.done(),
    }
}
