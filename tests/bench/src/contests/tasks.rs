//! Handing over to a task, and asking it to stop: the task waits, the other side acts, the task goes on.
//!
//! Both sides are on one thread, and the waker does nothing: neither an executor nor the system is measured.

use core::{
    future::Future,
    pin::{Pin, pin},
    task::{Context, Poll, Waker},
};

use embassy_sync::{
    blocking_mutex::raw::CriticalSectionRawMutex, signal::Signal, watch::Watch as EmbassyWatch,
};
use indivisible::{
    latest::Latest,
    stop::StopSignal,
    wait::task::{Listeners, Wakers},
};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::{
    contest::{Contest, Rival},
    side::{Side, same},
};

type Words = [usize; 4];

pub(super) fn contests() -> Vec<Contest> {
    vec![
        Contest {
            name: "a task waits for a value and gets it",
            ours: latest(),
            rivals: vec![
                Rival::new(latest_listeners()),
                Rival::new(tokio_watch()),
                Rival::new(embassy_watch()),
                Rival::new(embassy_signal()),
            ],
            threads: &[1],
        },
        Contest {
            name: "a task waits for a request to stop and gets it",
            ours: stop(),
            rivals: vec![
                Rival::new(stop_listeners()),
                Rival::new(cancellation_token()),
                Rival::new(embassy_stop()),
            ],
            threads: &[1],
        },
    ]
}

/// Polls `wait`, which has to sleep, then `act`s, and polls again: the result, if that is how it went.
#[inline(always)]
fn woken<F: Future>(wait: F, act: impl FnOnce()) -> Option<F::Output> {
    let poll = |wait: Pin<&mut F>| wait.poll(&mut Context::from_waker(Waker::noop()));
    let mut wait = pin!(wait);
    if poll(wait.as_mut()).is_ready() {
        return None;
    }
    act();
    match poll(wait) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}

/// One if the task got the words of this turn.
fn got(words: Option<Words>, turn: u64) -> u64 {
    u64::from(words == Some([turn as usize; 4]))
}

/// A side whose every turn has to succeed.
macro_rules! side {
    ($name:literal, $new:expr, |$state:ident, $run:ident| $work:expr) => {
        Side::new(
            $name,
            |_| $new,
            |$state, $run| $work,
            |_, done| {
                same(
                    "turns in which the task was woken",
                    done.sum(),
                    done.total(),
                )
            },
        )
    };
}

fn latest() -> Side {
    side!(
        "Latest",
        Latest::<Words, Wakers<1>>::default(),
        |latest, run| {
            let (mut writer, waiter) = (latest.claim(), latest.waiter().ok());
            let Some((writer, waiter)) = writer.as_mut().zip(waiter) else {
                return 0;
            };
            let mut waiter = waiter;
            run.repeat(|i| {
                got(
                    woken(waiter.changed(), || writer.publish([i as usize; 4])),
                    i,
                )
            })
        }
    )
}

fn latest_listeners() -> Side {
    side!(
        "Latest, Listeners",
        Latest::<Words, Listeners>::default(),
        |latest, run| {
            let (mut writer, mut reader) = (latest.claim(), latest.reader());
            let Some(writer) = writer.as_mut() else {
                return 0;
            };
            run.repeat(|i| {
                let words = woken(reader.changed(), || writer.publish([i as usize; 4]));
                got(words.and_then(Result::ok), i)
            })
        }
    )
}

fn tokio_watch() -> Side {
    side!("tokio watch", watch::Sender::new([0; 4]), |sender, run| {
        let mut receiver = sender.subscribe();
        run.repeat(|i| {
            let changed = woken(receiver.changed(), || {
                sender.send_replace([i as usize; 4]);
            });
            got(changed.map(|_| *receiver.borrow_and_update()), i)
        })
    })
}

fn embassy_watch() -> Side {
    type Shared = EmbassyWatch<CriticalSectionRawMutex, Words, 1>;
    side!("embassy Watch", Shared::new(), |watch, run| {
        let sender = watch.sender();
        let Some(mut receiver) = watch.receiver() else {
            return 0;
        };
        run.repeat(|i| {
            got(
                woken(receiver.changed(), || sender.send([i as usize; 4])),
                i,
            )
        })
    })
}

fn embassy_signal() -> Side {
    type Shared = Signal<CriticalSectionRawMutex, Words>;
    side!("embassy Signal", Shared::new(), |signal, run| {
        run.repeat(|i| got(woken(signal.wait(), || signal.signal([i as usize; 4])), i))
    })
}

fn stop() -> Side {
    type Stop = StopSignal<bool, Wakers<1>>;
    side!(
        "StopSignal",
        Stop::with_unparker(Wakers::new()),
        |stop, run| {
            let Ok(waiter) = stop.waiter() else {
                return 0;
            };
            run.repeat(|_| {
                let reason = woken(waiter.requested(), || _ = stop.request_stop(true));
                u64::from(reason.is_some() && stop.take() == reason)
            })
        }
    )
}

fn stop_listeners() -> Side {
    type Stop = StopSignal<bool, Listeners>;
    side!(
        "StopSignal, Listeners",
        Stop::with_unparker(Listeners::new()),
        |stop, run| {
            run.repeat(|_| {
                let reason = woken(stop.requested(), || _ = stop.request_stop(true));
                u64::from(reason.is_some_and(|it| it.is_ok()) && stop.take().is_some())
            })
        }
    )
}

/// A token cannot be used again: each turn has its own.
fn cancellation_token() -> Side {
    side!("tokio CancellationToken", (), |_state, run| {
        run.repeat(|_| {
            let token = CancellationToken::new();
            u64::from(woken(token.cancelled(), || token.cancel()).is_some())
        })
    })
}

fn embassy_stop() -> Side {
    type Shared = Signal<CriticalSectionRawMutex, bool>;
    side!("embassy Signal", Shared::new(), |signal, run| {
        run.repeat(|_| u64::from(woken(signal.wait(), || signal.signal(true)) == Some(true)))
    })
}
