//! Progress by many writers, and by one; and with more and more tasks that could wait.

use crate::measure::cost;
use indivisible::{
    progress::{Progress, RestartError, SingleProgress},
    wait::task::Wakers,
};

type One = SingleProgress;
type Writer = indivisible::progress::Writer<'static>;

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

    cost!(
        2,
        "Progress::try_restart",
        |it: &Progress, n: usize| -> Result<(), RestartError> { it.try_restart(n) },
        (&SHARED, 100)
    )
    .ok();

    static SINGLE: One = SingleProgress::new(100);
    let writer = cost!(
        2,
        "SingleProgress::claim",
        |it: &'static One| -> Option<Writer> { it.claim() },
        (&SINGLE)
    );
    if let Some(mut writer) = writer {
        cost!(
            1,
            "progress::Writer::set_done",
            |it: &mut Writer, n: usize| {
                it.set_done(n);
            },
            (&mut writer, 1)
        );
        cost!(
            1,
            "progress::Writer::set_done, not more",
            |it: &mut Writer, n: usize| {
                it.set_done(n);
            },
            (&mut writer, 1)
        );
        cost!(
            1,
            "progress::Writer::advance",
            |it: &mut Writer, n: usize| {
                it.advance(n);
            },
            (&mut writer, 1)
        );
        cost!(
            1,
            "progress::Writer::done",
            |it: &Writer| -> usize { it.done() },
            (&writer)
        );
    }
    cost!(
        2,
        "SingleProgress::claim, again",
        |it: &'static One| -> Option<Writer> { it.claim() },
        (&SINGLE)
    );
    cost!(
        1,
        "SingleProgress::done",
        |it: &One| -> usize { it.done() },
        (&SINGLE)
    );
    slots();
}

/// There is no waiter, so that the number of places does not matter.
fn slots() {
    macro_rules! advance {
        ($($n:literal)*) => { $( {
            type It = Progress<Wakers<$n>>;
            static PROGRESS: It = It::with_unparker(100, Wakers::new());
            cost!(2, concat!("Progress<Wakers<", $n, ">>::advance, no waiter"),
                |it: &It, n: usize| { it.advance(n); }, (&PROGRESS, 1));
        } )* };
    }
    advance! { 1 4 }
}
