//! A reader whose task has its place in the unparker.

use super::{Latest, Reader, Words};
use crate::wait::{
    WaitError,
    task::{self, Wakers},
};
use core::{
    fmt,
    ops::{Deref, DerefMut},
};

/// A [`Reader`] whose waits are never refused: it takes its place in the [`Wakers`] at start-up, and gives it back
/// when it is dropped.
///
/// [`task::Waiter`] gives the cost.
///
/// ```
/// use indivisible::{latest::{Latest, Waiter}, wait::{WaitError, task::Wakers}};
///
/// static LATEST: Latest<u32, Wakers<1>> = Latest::with_unparker(Wakers::new());
///
/// async fn show(mut latest: Waiter<'static, u32, 1>) {
///     loop {
///         println!("{}", latest.changed().await);
///     }
/// }
/// let task = show(LATEST.waiter()?);
/// assert!(LATEST.waiter().is_err());
/// drop(task);
/// assert!(LATEST.waiter().is_ok());
/// # Ok::<(), WaitError>(())
/// ```
pub struct Waiter<'a, T: Words, const N: usize, const SLOTS: usize = 2> {
    reader: Reader<'a, T, Wakers<N>, SLOTS>,
    waiter: task::Waiter<'a, Latest<T, Wakers<N>, SLOTS>>,
}

impl<T: Words, const N: usize, const SLOTS: usize> Latest<T, Wakers<N>, SLOTS> {
    /// A reader with a place for its waits. It has seen nothing yet.
    ///
    /// # Errors
    ///
    /// [`WaitError::TooManyWaiters`] if all `N` are taken.
    pub fn waiter(&self) -> Result<Waiter<'_, T, N, SLOTS>, WaitError> {
        Ok(Waiter {
            reader: self.reader(),
            waiter: task::Waiter::new(self, &self.unparker)?,
        })
    }
}

impl<T: Words, const N: usize, const SLOTS: usize> Waiter<'_, T, N, SLOTS> {
    /// Waits until there is a value that this reader has not seen, and reads it.
    ///
    /// A future that is dropped has seen nothing.
    pub async fn changed(&mut self) -> T {
        let Ok(value) = self.reader.next(self.waiter.place()).await;
        value
    }
}

impl<'a, T: Words, const N: usize, const SLOTS: usize> Deref for Waiter<'a, T, N, SLOTS> {
    type Target = Reader<'a, T, Wakers<N>, SLOTS>;

    fn deref(&self) -> &Self::Target {
        &self.reader
    }
}

impl<T: Words, const N: usize, const SLOTS: usize> DerefMut for Waiter<'_, T, N, SLOTS> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.reader
    }
}

impl<T: Words, const N: usize, const SLOTS: usize> fmt::Debug for Waiter<'_, T, N, SLOTS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Waiter").field(&self.reader).finish()
    }
}

#[cfg(feature = "defmt")]
impl<T: Words, const N: usize, const SLOTS: usize> defmt::Format for Waiter<'_, T, N, SLOTS> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Waiter({})", self.reader);
    }
}
