//! Helpers of the integration tests.

pub mod consumer;
pub mod folder;
pub mod project;
pub mod readme;
pub mod transcript;

use core::time::Duration;
use std::{
    panic::resume_unwind,
    path::{Path, PathBuf},
    sync::{
        Barrier,
        mpsc::{RecvTimeoutError, channel},
    },
    thread::{self, ScopedJoinHandle},
};

/// The repository's root.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Runs `body` in a thread of its own and fails if it has not ended after `limit`, so that a lost
/// wake-up is a failed test and not a hanging one.
///
/// # Panics
///
/// If the time is over, or if `body` panics.
pub fn within<R: Send + 'static>(limit: Duration, body: impl FnOnce() -> R + Send + 'static) -> R {
    let (ended, end) = channel();
    let thread = thread::spawn(move || {
        let result = body();
        // The receiver is gone only if the time was over.
        let _ = ended.send(result);
    });
    match end.recv_timeout(limit) {
        Ok(result) => result,
        Err(RecvTimeoutError::Timeout) => panic!("not finished after {limit:?}: it hangs"),
        Err(RecvTimeoutError::Disconnected) => match thread.join() {
            Err(panic) => resume_unwind(panic),
            Ok(()) => unreachable!("a body that returned has sent its result"),
        },
    }
}

/// Runs `body` in `count` threads that start together; returns their results.
///
/// None of them is the calling thread: the end of a scoped thread unparks that one, and would hide a
/// lost wake-up.
///
/// # Panics
///
/// If one of them panics.
pub fn race<R: Send>(count: usize, body: impl Fn(usize) -> R + Sync) -> Vec<R> {
    let (body, start) = (&body, &Barrier::new(count));
    thread::scope(|threads| {
        let spawn = |number| {
            threads.spawn(move || {
                start.wait();
                body(number)
            })
        };
        let spawned: Vec<ScopedJoinHandle<'_, R>> = (0..count).map(spawn).collect();
        spawned.into_iter().map(|it| it.join().unwrap()).collect()
    })
}

/// Whether another thread enters a critical section within `limit`; not while this thread is in one.
#[must_use]
pub fn section_is_free(limit: Duration) -> bool {
    let (entered, entry) = channel();
    let thread = thread::spawn(move || critical_section::with(|_| entered.send(())));
    let free = entry.recv_timeout(limit).is_ok();
    if free {
        // The section has been left, or is about to be.
        let _ = thread.join();
    }
    free
}

#[cfg(test)]
mod tests {
    use super::within;
    use core::time::Duration;
    use std::sync::mpsc::channel;

    #[test]
    #[should_panic(expected = "it hangs")]
    fn a_hang_fails() {
        let (_never, end) = channel::<()>();
        let _ = within(Duration::from_millis(10), move || end.recv());
    }

    #[test]
    #[should_panic(expected = "planted")]
    fn a_panic_propagates() {
        within(Duration::from_secs(60), || panic!("planted"));
    }

    #[test]
    fn a_result_is_returned() {
        assert_eq!(within(Duration::from_secs(60), || 3), 3);
    }
}
