//! The forms that wait, for tasks.

use super::{
    OnceLock, RUNNING,
    waiters::{Observe, Waiters},
};
use crate::sync::Ordering::Acquire;
use crate::wait::{WaitError, task::Wakers};

impl<const N: usize> Waiters for Wakers<N> {}
impl<const N: usize> Observe for Wakers<N> {}

#[cfg_attr(docsrs, doc(cfg(feature = "waker")))]
impl<T, const N: usize> OnceLock<T, Wakers<N>> {
    /// The value; computed by `f` if there is none. Where the initializer of another call is running, waits
    /// for it.
    ///
    /// `f` may await. If the future that runs it is dropped, the cell is empty again, and one of the waiting
    /// tasks runs its own. A task whose `f` awaits the same cell waits for ever.
    ///
    /// # Errors
    ///
    /// [`WaitError::TooManyWaiters`] where `N` tasks wait already.
    pub async fn get_or_init(&self, f: impl AsyncFnOnce() -> T) -> Result<&T, WaitError> {
        let running = loop {
            if let Some(value) = self.get() {
                return Ok(value);
            }
            match self.begin() {
                Ok(running) => break running,
                Err(_) => self.waiters.wait(|| self.not_running()).await?,
            }
        };
        Ok(running.finish(f().await))
    }

    /// The value, as soon as it is initialized.
    ///
    /// # Errors
    ///
    /// [`WaitError::TooManyWaiters`] where `N` tasks wait already.
    pub async fn initialized(&self) -> Result<&T, WaitError> {
        if let Some(value) = self.get() {
            return Ok(value);
        }
        self.waiters.wait(|| self.get()).await
    }

    fn not_running(&self) -> Option<()> {
        (self.state.load(Acquire) != RUNNING).then_some(())
    }
}
