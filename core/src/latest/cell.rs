//! Claiming the writer on the first use.
//!
//! # Two ways to the writer
//!
//! - [`WriterCell::get_mut`] takes `&mut self`: the compiler proves that there is one user. After the first
//!   use it costs a load and a branch.
//! - [`WriterCell::try_borrow`] takes `&self`, in any context. A handler of a higher priority, a thread or
//!   another core may come while the cell is borrowed, and must be refused. That needs read-modify-write on
//!   each use: loads and stores alone cannot elect one of an unknown number of contexts, unless each of
//!   them has a word of its own.
//!
//! ```text
//!   UNCLAIMED --borrow, and the claim is granted--> BORROWED --drop--> FREE
//!   UNCLAIMED --borrow, and the claim is refused--> UNCLAIMED
//!   FREE      --borrow--------------------------->  BORROWED
//! ```
//!
//! # Memory ordering
//!
//! A borrow must see what the previous one published. The drop of the previous one stores `FREE` with
//! Release; the next borrow reads it in a change that is Relaxed, followed by an Acquire fence. The fence, and not
//! an Acquire change: the change may be a critical section, which orders sections, and the store is
//! outside of any (`store_alone`: in the state `BORROWED` no other context changes the word).

use super::{Latest, Words, Writer};
use crate::{
    atomic::{ReadModifyWrite, Target},
    sync::{
        Change,
        Ordering::{Acquire, Relaxed, Release},
        plain, shared,
    },
    wait::{Polling, Unpark},
};
use core::fmt;

const UNCLAIMED: u8 = 0;
const FREE: u8 = 1;
const BORROWED: u8 = 2;

/// The only writer of a [`Latest`], claimed on the first use and kept.
///
/// In a handler that has a `static mut` of its own (cortex-m-rt's and RTIC's attributes make it a safe
/// local), [`get_mut`](Self::get_mut): after the first entry no interrupt is masked on any target.
///
/// ```
/// # use indivisible::latest::{Latest, WriterCell};
/// static LATEST: Latest<u32> = Latest::new();
///
/// // #[exception]
/// fn SysTick() {
/// #   use std::sync::Mutex;
/// #   static LOCAL: Mutex<WriterCell<'_, u32>> = Mutex::new(WriterCell::new(&LATEST));
/// #   let mut local = LOCAL.lock().unwrap();
/// #   #[allow(non_snake_case)]
/// #   let WRITER = &mut *local;
/// #   /*
///     static mut WRITER: WriterCell<u32> = WriterCell::new(&LATEST);
/// #   */
///     if let Some(mut writer) = WRITER.get_mut() {
///         writer.publish(1);
///     }
/// }
/// # SysTick();
/// # SysTick();
/// # assert_eq!(LATEST.read(), Some(1));
/// ```
///
/// Where a handler has no such local, or the writer is used in several contexts, a plain `static` and
/// [`try_borrow`](Self::try_borrow):
///
/// ```
/// use indivisible::latest::{Latest, WriterCell};
///
/// static LATEST: Latest<u32> = Latest::new();
/// static WRITER: WriterCell<u32> = WriterCell::new(&LATEST);
///
/// fn handler() {
///     if let Some(mut writer) = WRITER.try_borrow() {
///         writer.publish(1);
///     }
/// }
/// # handler();
/// # handler();
/// # assert_eq!(LATEST.read(), Some(1));
/// ```
pub struct WriterCell<'a, T: Words, U = Polling, const SLOTS: usize = 2> {
    latest: &'a Latest<T, U, SLOTS>,
    state: shared::AtomicU8,
}

impl<'a, T: Words, U, const SLOTS: usize> WriterCell<'a, T, U, SLOTS> {
    /// Creates a cell that has not claimed its writer yet.
    #[cfg_attr(no_const, no_const::no_const)]
    pub const fn new(latest: &'a Latest<T, U, SLOTS>) -> Self {
        Self {
            latest,
            state: shared::AtomicU8::new(UNCLAIMED),
        }
    }

    /// The writer; `None` if it was split off, or claimed elsewhere.
    ///
    /// The first use claims it, which needs read-modify-write. Every later one is a load.
    #[inline]
    pub fn get_mut(&mut self) -> Option<Writer<'_, T, U, SLOTS>>
    where
        for<'t> Target<'t>: ReadModifyWrite,
    {
        // BORROWED, of a `WriterRef` that was forgotten, is as good as FREE: `&mut self` proves that it is dead.
        if self.state.load(Relaxed) == UNCLAIMED {
            let writer = self.latest.claim()?;
            self.state.store_alone(FREE, Relaxed);
            return Some(writer);
        }
        Some(self.latest.writer())
    }

    /// Borrows the writer; `None` while it is borrowed by another context, also by the one that the caller
    /// interrupts, and if it was split off or claimed elsewhere.
    ///
    /// Each borrow needs read-modify-write: without compare-and-swap, one critical section. Giving it
    /// back is a store. A [`WriterRef`] that is forgotten keeps the cell borrowed.
    #[inline]
    pub fn try_borrow(&self) -> Option<WriterRef<'_, T, U, SLOTS>>
    where
        for<'t> Target<'t>: ReadModifyWrite,
    {
        let borrow = |state| (state != BORROWED).then_some(BORROWED);
        let before = self.state.change(Relaxed, Relaxed, borrow).ok()?;
        plain::fence(Acquire);
        let writer = if before == UNCLAIMED {
            self.latest.claim()
        } else {
            Some(self.latest.writer())
        };
        if writer.is_none() {
            self.state.store_alone(UNCLAIMED, Relaxed);
        }
        let state = &self.state;
        writer.map(|writer| WriterRef { writer, state })
    }
}

impl<T: Words + fmt::Debug, U, const SLOTS: usize> fmt::Debug for WriterCell<'_, T, U, SLOTS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WriterCell")
            .field("latest", &self.latest)
            .field("is_borrowed", &(self.state.load(Relaxed) == BORROWED))
            .finish()
    }
}

#[cfg(feature = "defmt")]
impl<T: Words + defmt::Format, U, const SLOTS: usize> defmt::Format
    for WriterCell<'_, T, U, SLOTS>
{
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "WriterCell({})", self.latest);
    }
}

/// A borrowed writer, given back by its drop.
///
/// It has the writer's methods instead of a `DerefMut`, which would let safe code swap the writer for another
/// one, and keep it when the cell is free again.
#[must_use = "it is given back at once if it is dropped"]
pub struct WriterRef<'a, T: Words, U = Polling, const SLOTS: usize = 2> {
    writer: Writer<'a, T, U, SLOTS>,
    state: &'a shared::AtomicU8,
}

impl<T: Words, U: Unpark, const SLOTS: usize> WriterRef<'_, T, U, SLOTS> {
    /// As [`Writer::publish`].
    #[inline]
    pub fn publish(&mut self, value: T) {
        self.writer.publish(value);
    }
}

impl<T: Words, U, const SLOTS: usize> WriterRef<'_, T, U, SLOTS> {
    /// As [`Writer::last`].
    #[inline]
    #[must_use]
    pub fn last(&self) -> Option<T> {
        self.writer.last()
    }
}

impl<T: Words, U, const SLOTS: usize> Drop for WriterRef<'_, T, U, SLOTS> {
    fn drop(&mut self) {
        self.state.store_alone(FREE, Release);
    }
}

impl<T: Words + fmt::Debug, U, const SLOTS: usize> fmt::Debug for WriterRef<'_, T, U, SLOTS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("WriterRef").field(&self.last()).finish()
    }
}

#[cfg(feature = "defmt")]
impl<T: Words + defmt::Format, U, const SLOTS: usize> defmt::Format for WriterRef<'_, T, U, SLOTS> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "WriterRef({})", self.last());
    }
}

#[cfg(test)]
mod tests {
    use super::{Latest, WriterCell};

    #[test]
    fn a_second_borrow_is_refused_until_the_first_ends() {
        let latest = Latest::<u32>::new();
        let cell = WriterCell::new(&latest);
        let mut writer = cell.try_borrow().unwrap();
        assert!(cell.try_borrow().is_none());
        writer.publish(1);
        drop(writer);
        assert_eq!(cell.try_borrow().unwrap().last(), Some(1));
        assert!(latest.claim().is_none());
    }

    #[test]
    fn the_claim_is_made_on_the_first_use() {
        let latest = Latest::<u32>::new();
        let mut cell = WriterCell::new(&latest);
        let mut other = WriterCell::new(&latest);
        for value in 1..=2 {
            cell.get_mut().unwrap().publish(value);
            assert_eq!(latest.read(), Some(value));
            assert!(other.get_mut().is_none());
            assert!(other.try_borrow().is_none());
        }
    }

    #[test]
    fn a_forgotten_borrow_ends_where_the_cell_is_borrowed_mutably() {
        let latest = Latest::<u32>::new();
        let mut cell = WriterCell::new(&latest);
        core::mem::forget(cell.try_borrow());
        assert!(cell.try_borrow().is_none());
        assert!(cell.get_mut().is_some());
    }
}
