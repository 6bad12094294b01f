//! A reader whose task has its place in the unparker.

use super::{ContendedError, Latest, Reader, Words};
use crate::wait::{
    WaitError,
    task::{self, Wakers},
};
use core::fmt;

/// A [`Reader`] whose waits are never refused: it takes its place in the [`Wakers`] at start-up, and gives it back
/// when it is dropped.
///
/// [`task::Waiter`] gives the cost.
///
/// It has the reader's methods instead of a `DerefMut`, which would let safe code swap the reader for one of another
/// [`Latest`]: that one would not wake this place.
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

    /// As [`Reader::read`].
    #[inline]
    #[must_use = "the value counts as seen"]
    pub fn read(&mut self) -> Option<T> {
        self.reader.read()
    }

    /// As [`Reader::read_newer`].
    #[inline]
    #[must_use = "the value counts as seen"]
    pub fn read_newer(&mut self) -> Option<T> {
        self.reader.read_newer()
    }

    /// As [`Reader::try_read_newer`].
    ///
    /// # Errors
    ///
    /// [`ContendedError`] if publications interfered with it.
    #[inline]
    pub fn try_read_newer(&mut self) -> Result<Option<T>, ContendedError> {
        self.reader.try_read_newer()
    }

    /// As [`Reader::newer_and_missed`].
    #[inline]
    #[must_use = "the value counts as seen"]
    pub fn newer_and_missed(&mut self) -> Option<(T, usize)> {
        self.reader.newer_and_missed()
    }

    /// As [`Reader::is_behind`].
    #[inline]
    #[must_use]
    pub fn is_behind(&self) -> bool {
        self.reader.is_behind()
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

#[cfg(test)]
mod tests {
    use super::Latest;
    use crate::wait::task::Wakers;
    use std::format;

    #[test]
    fn it_reads_as_a_reader_does() {
        let mut latest = Latest::<u32, Wakers<1>>::default();
        let (mut writer, shared) = latest.split();
        let mut waiter = shared.waiter().unwrap();
        assert!(!waiter.is_behind());
        assert_eq!((waiter.read(), waiter.read_newer()), (None, None));
        (1..=3).for_each(|value| writer.publish(value));
        assert!(waiter.is_behind());
        assert_eq!(waiter.newer_and_missed(), Some((3, 2)));
        assert_eq!(
            (waiter.newer_and_missed(), waiter.read_newer()),
            (None, None)
        );
        assert_eq!(waiter.read(), Some(3));
        writer.publish(4);
        assert_eq!(waiter.try_read_newer(), Ok(Some(4)));
        assert_eq!(waiter.read_newer(), None);
        let expected = "Waiter(Reader { is_behind: false, .. })";
        assert_eq!(format!("{waiter:?}"), expected);
    }
}
