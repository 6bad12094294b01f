//! Runs one task in the calling actor.

use super::Token;
use core::{
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
};
use std::{sync::Arc, task::Wake};

impl Wake for Token {
    fn wake(self: Arc<Self>) {
        Self::wake(&self);
    }
}

/// Polls `task` once, and again after each wake-up until it is ready; never without a wake-up.
pub fn block_on<F: Future>(task: F) -> F::Output {
    let token = Arc::new(Token::new());
    let waker = Waker::from(token.clone());
    let mut task = pin!(task);
    loop {
        match task.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => token.doze(),
        }
    }
}
