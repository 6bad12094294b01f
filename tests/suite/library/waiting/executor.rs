//! An executor of one task that sleeps until it is woken, so that a lost wake-up hangs.

use core::{
    future::Future,
    pin::{Pin, pin},
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
    task::{Context, Poll, Waker},
};
use std::{
    sync::{Arc, Condvar, Mutex},
    task::Wake,
};

/// The executor sleeps in it. Not in `thread::park`, which any other `unpark` of the thread would end.
#[derive(Default)]
pub(crate) struct Bed {
    woken: Mutex<bool>,
    rung: Condvar,
    /// The number of wake-ups.
    pub(crate) calls: AtomicUsize,
}

impl Wake for Bed {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.calls.fetch_add(1, Relaxed);
        *self.woken.lock().unwrap() = true;
        self.rung.notify_one();
    }
}

impl Bed {
    fn doze(&self) {
        let woken = self.woken.lock().unwrap();
        let mut woken = self.rung.wait_while(woken, |woken| !*woken).unwrap();
        *woken = false;
    }
}

/// Runs `future`; returns its output and the number of polls.
pub(crate) fn block_on<F: Future>(future: F) -> (F::Output, usize) {
    let mut future = pin!(future);
    let bed = Arc::new(Bed::default());
    let waker = Waker::from(bed.clone());
    for polls in 1.. {
        if let Poll::Ready(output) = poll(future.as_mut(), &waker) {
            return (output, polls);
        }
        bed.doze();
    }
    unreachable!("the limit of polls is never reached")
}

/// Runs `future` as a task that moves: each poll brings another waker, and only the last one may be woken.
pub(crate) fn block_on_moving<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        let bed = Arc::new(Bed::default());
        if let Poll::Ready(output) = poll(future.as_mut(), &Waker::from(bed.clone())) {
            return output;
        }
        bed.doze();
    }
}

pub(crate) fn poll<F: Future>(future: Pin<&mut F>, waker: &Waker) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(waker))
}
