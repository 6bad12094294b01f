//! An executor of one task that sleeps unless it is woken, so that a lost wake-up hangs.

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

/// Where the executor sleeps. Not `thread::park`: that wakes for whatever else unparks the thread.
#[derive(Default)]
pub(crate) struct Bed {
    woken: Mutex<bool>,
    rung: Condvar,
    /// How often it was woken.
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

/// Runs `future`; tells how often it was polled.
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
    unreachable!("it has been polled very often")
}

/// Runs `future` as a task that moves: for each poll it has another waker, and the last one counts.
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
