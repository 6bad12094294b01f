//! How often a task is polled.

use core::{
    future::{Future, poll_fn},
    pin::pin,
};

/// The output of `future`, and the number of polls that it took.
pub async fn counted<F: Future>(future: F) -> (F::Output, u32) {
    let mut future = pin!(future);
    let mut polls = 0;
    let output = poll_fn(|context| {
        polls += 1;
        if cfg!(feature = "busy-poll") {
            context.waker().wake_by_ref();
        }
        future.as_mut().poll(context)
    });
    let output = output.await;
    (output, polls)
}
