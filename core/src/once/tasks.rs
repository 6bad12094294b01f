//! The forms that wait, for tasks.

use super::{
    OnceLock, RUNNING,
    waiters::{Observe, Waiters},
};
use crate::sync::Ordering::Acquire;
use crate::wait::{
    WaitError,
    task::{TaskUnpark, Wait, Waiter, Wakers, wait},
};

impl<const N: usize> Waiters for Wakers<N> {}
impl<const N: usize> Observe for Wakers<N> {}
#[cfg(listeners)]
impl Waiters for crate::wait::task::Listeners {}
#[cfg(listeners)]
impl Observe for crate::wait::task::Listeners {}

#[cfg_attr(docsrs, doc(cfg(feature = "waker")))]
impl<T, U: Waiters + TaskUnpark> OnceLock<T, U> {
    /// The value; computed by `f` if there is none. Where the initializer of another call is running, waits
    /// for it.
    ///
    /// `f` may await. If the future that runs it is dropped, the cell is empty again, and one of the waiting
    /// tasks runs its own. A task whose `f` awaits the same cell waits for ever.
    ///
    /// # Errors
    ///
    /// [`WaitError::TooManyWaiters`] where all places of `U` are taken.
    pub async fn get_or_init(&self, f: impl AsyncFnOnce() -> T) -> Result<&T, WaitError> {
        self.init(f, &self.waiters).await
    }

    /// The value, as soon as it is initialized.
    ///
    /// # Errors
    ///
    /// [`WaitError::TooManyWaiters`] where all places of `U` are taken.
    pub async fn initialized(&self) -> Result<&T, WaitError> {
        wait(&self.waiters, || self.get()).await
    }
}

impl<T, U: Waiters> OnceLock<T, U> {
    async fn init<W: Wait>(&self, f: impl AsyncFnOnce() -> T, waits: &W) -> Result<&T, W::Refused> {
        let running = loop {
            if let Some(value) = self.get() {
                return Ok(value);
            }
            match self.begin() {
                Ok(running) => break running,
                Err(_) => wait(waits, || self.not_running()).await?,
            }
        };
        Ok(running.finish(f().await))
    }

    fn not_running(&self) -> Option<()> {
        (self.state.load(Acquire) != RUNNING).then_some(())
    }
}

#[cfg_attr(docsrs, doc(cfg(feature = "waker")))]
impl<T, const N: usize> OnceLock<T, Wakers<N>> {
    /// Takes a place for the waits of one task, at start-up.
    ///
    /// # Errors
    ///
    /// [`WaitError::TooManyWaiters`] where all `N` are taken.
    pub fn waiter(&self) -> Result<Waiter<'_, Self>, WaitError> {
        Waiter::new(self, &self.waiters)
    }
}

#[cfg_attr(docsrs, doc(cfg(feature = "waker")))]
impl<'a, T, const N: usize> Waiter<'a, OnceLock<T, Wakers<N>>> {
    /// As [`OnceLock::get_or_init`], and never refused.
    pub async fn get_or_init(&self, f: impl AsyncFnOnce() -> T) -> &'a T {
        let Ok(value) = self.object().init(f, self.place()).await;
        value
    }

    /// The value, as soon as it is initialized.
    pub async fn initialized(&self) -> &'a T {
        let cell = self.object();
        let Ok(value) = wait(self.place(), || cell.get()).await;
        value
    }
}
