//! The last value of one writer, several words at once, for readers that never block it.
//!
//! [`Latest`] is the hand-over from an interrupt handler, a thread or a core to any number of others: a
//! register of several words. Its [`Writer`] publishes without waiting and without read-modify-write;
//! a reader gets an untorn value, never words of two publications. A [`Reader`] also detects new values,
//! counts the publications that it missed, and can sleep until there is a newer one.
//!
//! How it works is described, and proved, where it is implemented: a ring of slots in `latest/ring.rs`,
//! waiting in `latest/reader.rs`.
//!
//! # Which one to use instead
//!
//! - One word, and neither "no value yet" nor "new": an atomic of [`crate::atomic`].
//! - Every value, not the last one: a queue, such as `heapless::spsc::Queue`.
//! - Several writers: `embassy_sync::watch::Watch`, which masks interrupts, or on a host
//!   `tokio::sync::watch`.
//! - Values that are not `Copy`: the same two.

mod cell;
mod reader;
mod ring;
#[cfg(tasks)]
mod waiter;
mod words;

pub use cell::{WriterCell, WriterRef};
pub use reader::Reader;
pub use ring::ContendedError;
pub(crate) use ring::Ring;
#[cfg(tasks)]
#[cfg_attr(docsrs, doc(cfg(feature = "waker")))]
pub use waiter::Waiter;
pub use words::{WordRepr, Words};

use crate::{
    atomic::{ReadModifyWrite, Target},
    sync::{Claim, LineStart, plain},
    wait::{Polling, Unpark},
};
use core::fmt;

/// The last value that its only writer published, whole.
///
/// Publishing and reading use loads and stores only, and never mask an interrupt;
/// [`claim`](Self::claim) alone needs read-modify-write, once. Reader and writer may be in interrupt
/// handlers of any priorities, in threads, or on different cores.
///
/// - *Publishing* is wait-free. On a Cortex-M0 it takes about 20 instructions for four words.
/// - *Reading* is lock-free. A read is repeated only if more than `SLOTS - 2` publications completed
///   during it. In a context that the writer cannot preempt, on the writer's core, the first attempt
///   succeeds. Beside a writer on another core that never pauses, a read may starve:
///   [`try_read`](Self::try_read), [`read_within`](Self::read_within) and [`Reader::try_read_newer`] bound it.
/// - A value that is read happens after everything that its writer did before publishing it.
///
/// # Parameters
///
/// `U` is what wakes a waiter (see [`crate::wait`]). With [`Polling`] and
/// [`Interrupts`](crate::wait::Interrupts), which wake nothing, publishing costs the same as without waiters;
/// with any other, it costs a `SeqCst` fence and a load more, and the wake-up itself only if a reader asked
/// for it.
///
/// `SLOTS` is 2, 4, 8 or a higher power of two. Take 4
/// - on a microcontroller with two cores: a read is about as long as a publication, so with four slots a
///   read that is not preempted is never repeated;
/// - for values of more than a cache line on a host;
/// - for hard deadlines: two publications may complete during a read.
///
/// # In a plain `static`
///
/// ```
/// use indivisible::latest::{Latest, WriterCell};
///
/// static LATEST: Latest<(u64, u16)> = Latest::new();
///
/// // With cortex-m-rt: `#[exception] fn SysTick()`, with this `static mut` as its local.
/// fn handler(writer: &mut WriterCell<'_, (u64, u16)>) {
///     if let Some(mut writer) = writer.get_mut() {
///         writer.publish((7, 3_300));
///     }
/// }
///
/// let mut reader = LATEST.reader();
/// assert_eq!(reader.read_newer(), None);
/// handler(&mut WriterCell::new(&LATEST));
/// assert_eq!(reader.read_newer(), Some((7, 3_300)));
/// assert_eq!(reader.read_newer(), None);
/// ```
///
/// Where there is a `&mut` (an RTIC local, a `StaticCell`, a local `static mut` of `#[entry]`),
/// [`split`](Self::split) gives the writer without a claim.
#[repr(C)]
pub struct Latest<T: Words, U = Polling, const SLOTS: usize = 2> {
    line: LineStart,
    /// Its number begins the cache line, for the reason given there.
    ring: Ring<T, SLOTS>,
    /// A waiter has registered with the unparker since the writer last took this flag.
    waiting: plain::AtomicBool,
    claim: Claim,
    unparker: U,
}

impl<T: Words> Latest<T> {
    /// Creates it without a value, with two slots, for readers that poll.
    #[cfg_attr(no_const, no_const::no_const)]
    pub const fn new() -> Self {
        Self::with_unparker(Polling)
    }

    /// Creates it with `value` as the last one.
    ///
    /// This is no `const fn`, since [`Words::into_words`] cannot be one. In a `static`, use
    /// [`new`](Self::new), and `read().unwrap_or(value)`.
    pub fn new_with(value: T) -> Self {
        let latest = Self::new();
        latest.ring.publish_after(0, value.into_words());
        latest
    }
}

impl<T: Words, U, const SLOTS: usize> Latest<T, U, SLOTS> {
    /// Creates it without a value, for readers that `unparker` wakes.
    ///
    /// ```
    /// use indivisible::{latest::Latest, wait::Interrupts};
    ///
    /// // Four slots; `main` sleeps in WFI, which ends with the interrupt that publishes.
    /// static LATEST: Latest<[u32; 6], Interrupts, 4> = Latest::with_unparker(Interrupts);
    /// ```
    ///
    /// # Panics
    ///
    /// If `SLOTS` is not a power of two of at least 2: when compiling.
    #[cfg_attr(no_const, no_const::no_const)]
    pub const fn with_unparker(unparker: U) -> Self {
        Self {
            line: LineStart,
            ring: Ring::new(),
            waiting: plain::AtomicBool::new(false),
            claim: Claim::new(),
            unparker,
        }
    }

    /// The only writer, and the shared side for readers, by loads and stores alone.
    ///
    /// Afterwards there is no writer to claim.
    pub fn split(&mut self) -> (Writer<'_, T, U, SLOTS>, &Self) {
        self.claim.end();
        let this = &*self;
        (this.writer(), this)
    }

    /// The only writer, for the first caller; `None` for every other one.
    ///
    /// This needs read-modify-write, once. A dropped writer cannot be claimed again. In an interrupt
    /// handler, [`WriterCell`] claims on the first entry and keeps the writer.
    #[must_use = "the only writer is lost if it is dropped"]
    pub fn claim(&self) -> Option<Writer<'_, T, U, SLOTS>>
    where
        for<'a> Target<'a>: ReadModifyWrite,
    {
        self.claim.take().then(|| self.writer())
    }

    /// The caller makes sure that there is no other.
    fn writer(&self) -> Writer<'_, T, U, SLOTS> {
        Writer { latest: self }
    }

    /// A reader that remembers what it has seen. It has seen nothing yet: a value that was published before is
    /// new to it.
    pub fn reader(&self) -> Reader<'_, T, U, SLOTS> {
        Reader::new(self)
    }

    /// The last value published; `None` before the first.
    ///
    /// It is attempted again each time that more than `SLOTS - 2` publications complete during an attempt.
    #[inline]
    #[must_use]
    pub fn read(&self) -> Option<T> {
        self.ring.read(0).map(|(_, value)| value)
    }

    /// The last value published, in one attempt.
    ///
    /// # Errors
    ///
    /// [`ContendedError`] if more than `SLOTS - 2` publications completed meanwhile.
    #[inline]
    pub fn try_read(&self) -> Result<Option<T>, ContendedError> {
        Ok(self.ring.try_read(0)?.map(|(_, value)| value))
    }

    /// The last value published, in at most `attempts` attempts.
    ///
    /// # Errors
    ///
    /// [`ContendedError`] if none succeeded, in particular of 0 attempts.
    #[inline]
    pub fn read_within(&self, attempts: u32) -> Result<Option<T>, ContendedError> {
        for _ in 0..attempts {
            if let Ok(found) = self.try_read() {
                return Ok(found);
            }
        }
        Err(ContendedError)
    }
}

impl<T: Words, U: Default, const SLOTS: usize> Default for Latest<T, U, SLOTS> {
    fn default() -> Self {
        Self::with_unparker(U::default())
    }
}

impl<T: Words + fmt::Debug, U, const SLOTS: usize> fmt::Debug for Latest<T, U, SLOTS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Latest").field(&self.try_read()).finish()
    }
}

#[cfg(feature = "defmt")]
impl<T: Words + defmt::Format, U, const SLOTS: usize> defmt::Format for Latest<T, U, SLOTS> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Latest({})", self.try_read());
    }
}

/// The only writer of a [`Latest`].
#[must_use = "the only writer is lost if it is dropped"]
pub struct Writer<'a, T: Words, U = Polling, const SLOTS: usize = 2> {
    latest: &'a Latest<T, U, SLOTS>,
}

impl<T: Words, U: Unpark, const SLOTS: usize> Writer<'_, T, U, SLOTS> {
    /// Publishes `value`, and wakes the readers that wait.
    ///
    /// Wait-free, with no interrupt masked; calling the unparker, if a reader waits, costs what its
    /// documentation states.
    #[inline]
    pub fn publish(&mut self, value: T) {
        let Latest { ring, .. } = self.latest;
        ring.publish_after(ring.seq_alone(), value.into_words());
        self.latest.wake_waiters();
    }
}

impl<T: Words, U, const SLOTS: usize> Writer<'_, T, U, SLOTS> {
    /// The value that was published last.
    #[inline]
    #[must_use]
    pub fn last(&self) -> Option<T> {
        self.latest.ring.last()
    }
}

impl<T: Words + fmt::Debug, U, const SLOTS: usize> fmt::Debug for Writer<'_, T, U, SLOTS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Writer").field(&self.last()).finish()
    }
}

#[cfg(feature = "defmt")]
impl<T: Words + defmt::Format, U, const SLOTS: usize> defmt::Format for Writer<'_, T, U, SLOTS> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Writer({})", self.last());
    }
}

#[cfg(test)]
mod tests {
    use super::{ContendedError, Latest};
    use crate::wait::Polling;

    #[test]
    fn the_last_value_is_read_and_the_first_is_none() {
        let mut latest = Latest::new();
        let (mut writer, shared) = latest.split();
        assert_eq!((shared.read(), writer.last()), (None, None));
        for value in 1..=3_u64 {
            writer.publish(value << 40);
            let both = (shared.read(), writer.last());
            assert_eq!(both, (Some(value << 40), Some(value << 40)));
            assert_eq!(shared.try_read(), Ok(Some(value << 40)));
        }
        assert_eq!(shared.read_within(0), Err(ContendedError));
        assert_eq!(shared.read_within(1), Ok(Some(3 << 40)));
    }

    #[test]
    fn a_first_value_is_there_before_any_writer() {
        let latest = Latest::new_with('a');
        assert_eq!(latest.read(), Some('a'));
        assert_eq!(latest.claim().and_then(|writer| writer.last()), Some('a'));
    }

    #[test]
    fn there_is_one_claim() {
        let latest = Latest::<u32>::new();
        assert!(latest.claim().is_some());
        assert!(latest.claim().is_none());
        let mut latest = Latest::<u32>::new();
        let (_writer, shared) = latest.split();
        assert!(shared.claim().is_none());
    }

    /// The reason is at `Ring`.
    #[cfg(target_pointer_width = "64")]
    #[test]
    fn the_number_and_the_first_slot_share_a_cache_line() {
        type It = Latest<[usize; 4], Polling, 4>;
        assert_eq!((align_of::<It>(), core::mem::offset_of!(It, ring)), (64, 0));
    }
}
