//! Actors that sleep: the other side of a primitive's unparker, and an executor of one task.

use super::world;
use core::{
    cell::Cell,
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
};
use indivisible::{
    atomic::{AtomicBool, Ordering::SeqCst},
    wait,
    wait::{Park, Unpark, WaitError},
};
use std::{sync::Arc, task::Wake};

/// For a primitive that wakes only on request.
#[derive(Debug, Default)]
pub struct Asked {
    sleeper: Cell<Option<usize>>,
}

#[allow(unsafe_code, reason = "an actor is not a thread")]
// SAFETY: all actors are in one thread.
unsafe impl Sync for Asked {}

impl Unpark for Asked {
    fn unpark(&self) {
        if let Some(sleeper) = self.sleeper.get() {
            world::wake(sleeper);
        }
    }
}

/// The waiting actor.
#[derive(Clone, Copy, Debug)]
pub struct Sleeper;

impl Park<Asked> for Sleeper {
    fn park_unless(
        &self,
        asked: &Asked,
        ready: &mut dyn FnMut() -> bool,
    ) -> Result<wait::WakeReason, WaitError> {
        asked.sleeper.set(Some(world::me()));
        if !ready() {
            world::doze();
        }
        Ok(wait::WakeReason::Woken)
    }
}

/// For a primitive that wakes on every change.
#[derive(Debug)]
pub struct Unasked {
    registered: AtomicBool,
    asked: Asked,
}

impl Default for Unasked {
    fn default() -> Self {
        Self {
            registered: AtomicBool::new(false),
            asked: Asked::default(),
        }
    }
}

impl Unpark for Unasked {
    fn unpark(&self) {
        if self.registered.load(SeqCst) {
            self.asked.unpark();
        }
    }
}

impl Park<Unasked> for Sleeper {
    fn park_unless(
        &self,
        unasked: &Unasked,
        ready: &mut dyn FnMut() -> bool,
    ) -> Result<wait::WakeReason, WaitError> {
        self.park_unless(&unasked.asked, &mut || {
            unasked.registered.store(true, SeqCst);
            ready()
        })
    }
}

/// Wakes the actor that runs a task.
struct Alarm(usize);

impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        world::wake(self.0);
    }
}

/// Polls `task` once, and again after each wake-up until it is ready; never without a wake-up.
pub fn block_on<F: Future>(task: F) -> F::Output {
    let waker = Waker::from(Arc::new(Alarm(world::me())));
    let mut task = pin!(task);
    loop {
        match task.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => world::doze(),
        }
    }
}
