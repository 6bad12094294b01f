//! Progress by many writers, and by one; and with more and more tasks that could wait.

use crate::measure::cost;
use indivisible::{
    progress::{Progress, ProgressWriter, Single},
    wait::task::Wakers,
};

type One = Progress<indivisible::wait::Polling, Single>;
type Writer = ProgressWriter<'static>;

pub(super) fn all() {
    static SHARED: Progress = Progress::new(100);
    cost!(
        2,
        "Progress::advance",
        |it: &Progress, n: usize| {
            it.advance(n);
        },
        (&SHARED, 1)
    );
    cost!(
        2,
        "Progress::done",
        |it: &Progress| -> usize { it.done() },
        (&SHARED)
    );
    cost!(
        2,
        "Progress::remaining",
        |it: &Progress| -> usize { it.remaining() },
        (&SHARED)
    );
    cost!(
        2,
        "Progress::is_complete",
        |it: &Progress| -> bool { it.is_complete() },
        (&SHARED)
    );
    SHARED.advance(100);
    cost!(
        2,
        "Progress::advance, complete already",
        |it: &Progress, n: usize| {
            it.advance(n);
        },
        (&SHARED, 1)
    );

    static SINGLE: One = Progress::single(100);
    let writer = cost!(
        2,
        "Progress<_, Single>::claim",
        |it: &'static One| -> Option<Writer> { it.claim() },
        (&SINGLE)
    );
    if let Some(mut writer) = writer {
        cost!(
            1,
            "ProgressWriter::set_done",
            |it: &mut Writer, n: usize| {
                it.set_done(n);
            },
            (&mut writer, 1)
        );
        cost!(
            1,
            "ProgressWriter::set_done, not more",
            |it: &mut Writer, n: usize| {
                it.set_done(n);
            },
            (&mut writer, 1)
        );
        cost!(
            1,
            "ProgressWriter::advance",
            |it: &mut Writer, n: usize| {
                it.advance(n);
            },
            (&mut writer, 1)
        );
        cost!(
            1,
            "ProgressWriter::done",
            |it: &Writer| -> usize { it.done() },
            (&writer)
        );
    }
    cost!(
        2,
        "Progress<_, Single>::claim, again",
        |it: &'static One| -> Option<Writer> { it.claim() },
        (&SINGLE)
    );
    cost!(
        1,
        "Progress<_, Single>::done",
        |it: &One| -> usize { it.done() },
        (&SINGLE)
    );
    slots();
}

/// Nobody waits, so that it does not matter how many could.
fn slots() {
    macro_rules! advance {
        ($($n:literal)*) => { $( {
            type It = Progress<Wakers<$n>>;
            static PROGRESS: It = It::with_unparker(100, Wakers::new());
            cost!(2, concat!("Progress<Wakers<", $n, ">>::advance, nobody waits"),
                |it: &It, n: usize| { it.advance(n); }, (&PROGRESS, 1));
        } )* };
    }
    advance! { 1 4 }
}
