//! Progress with many writers, and with one.

use core::hint::black_box;
use indivisible::{progress::SingleProgress, wait::Polling};

#[inline(never)]
pub(crate) fn load_store() {
    let mut progress = const { SingleProgress::new(3) };
    let (mut writer, shared) = black_box(&mut progress).split();
    writer.set_done(black_box(1));
    writer.advance(black_box(2));
    black_box((writer.done(), shared.done(), shared.total()));
    black_box((shared.remaining(), shared.is_complete()));
    drop(writer);
    waits(&progress);
}

fn waits(progress: &SingleProgress) {
    _ = black_box(progress.wait_complete(&Polling));
    _ = black_box(progress.wait_change(black_box(1), &Polling));
    _ = black_box(progress.wait_until(black_box(3), &Polling));
}

#[cfg(back_end)]
#[inline(never)]
pub(crate) fn read_modify_write() {
    use crate::wait::poll;
    use indivisible::{progress::Progress, wait::task::Wakers};

    let progress = const { Progress::with_unparker(3, Wakers::<2>::new()) };
    let progress = black_box(&progress);
    black_box(poll(progress.completed()));
    black_box(poll(progress.changed(black_box(1))));
    if let Ok(waiter) = black_box(progress.waiter()) {
        black_box(poll(waiter.completed()));
        black_box(poll(waiter.changed(black_box(1))));
        black_box(poll(waiter.reached(black_box(3))));
    }
    progress.advance(black_box(usize::MAX));
    black_box(poll(progress.reached(black_box(3))));
    black_box((progress.remaining(), progress.is_complete()));

    let single = const { SingleProgress::with_unparker(3, Wakers::<2>::new()) };
    if let Some(mut writer) = black_box(&single).claim() {
        writer.set_done(black_box(usize::MAX));
    }

    let shared = const { Progress::new(3) };
    black_box(&shared).advance(black_box(3));
    _ = black_box(shared.wait_complete(&Polling));
}

#[cfg(back_end)]
#[inline(never)]
pub(crate) fn loud_try_restart() {
    let progress = const { indivisible::progress::Progress::new(0) };
    _ = black_box(black_box(&progress).try_restart(black_box(4)));
}

/// A total that is hidden from the compiler, and that may exceed `MAX_TOTAL`.
#[inline(never)]
pub(crate) fn loud() {
    black_box(SingleProgress::new(black_box(3)).total());
}

#[inline(never)]
pub(crate) fn loud_restart() {
    let mut progress = const { SingleProgress::new(3) };
    black_box(&mut progress).restart(black_box(4));
}
