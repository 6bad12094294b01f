//! Tasks that wait for the one that initialises.

use super::{OnceLock, RUNNING, Waiters, sealed};
use crate::sync::Ordering::Acquire;
use crate::wait::{WaitError, task::Wakers};

impl<const N: usize> Waiters for Wakers<N> {}
impl<const N: usize> sealed::Waiters for Wakers<N> {}

impl<T, const N: usize> OnceLock<T, Wakers<N>> {
    /// The value: the one that is there, or `f`'s, or that of the task that is making it.
    ///
    /// `f` may await; a task that is dropped meanwhile leaves the cell empty, and one of those who wait
    /// runs its own. A task whose `f` awaits the same cell waits for ever.
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

    /// The value, once somebody has set it.
    ///
    /// # Errors
    ///
    /// [`WaitError::TooManyWaiters`] where `N` tasks wait already.
    pub async fn wait(&self) -> Result<&T, WaitError> {
        if let Some(value) = self.get() {
            return Ok(value);
        }
        self.waiters.wait(|| self.get()).await
    }

    fn not_running(&self) -> Option<()> {
        (self.state.load(Acquire) != RUNNING).then_some(())
    }
}
