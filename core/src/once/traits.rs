//! The standard traits of a cell, as `std`'s cell has them.

use super::{OnceLock, Waiters};
use crate::sync::{ReadModifyWrite, Target};
use core::{
    fmt,
    panic::{RefUnwindSafe, UnwindSafe},
};

// A panic in an initializer or in a waker leaves the cell in `EMPTY` or in `READY`, so it is as safe across
// `catch_unwind` as the value. `UnwindSafe`, too, since a value can be moved into a shared cell.
impl<T: RefUnwindSafe + UnwindSafe, U: RefUnwindSafe> RefUnwindSafe for OnceLock<T, U> {}

impl<T, U: Waiters + Default> Default for OnceLock<T, U>
where
    for<'a> Target<'a>: ReadModifyWrite,
{
    fn default() -> Self {
        Self::with_unparker(U::default())
    }
}

/// `OnceLock::<_>::from(value)` is the cell without waiters; see [`OnceLock::with_value`] for a constant one.
impl<T, U: Waiters + Default> From<T> for OnceLock<T, U>
where
    for<'a> Target<'a>: ReadModifyWrite,
{
    fn from(value: T) -> Self {
        Self::with_value_and_unparker(value, U::default())
    }
}

/// Clones the value, if there is one, into a cell with an unparker of its own.
impl<T: Clone, U: Waiters + Default> Clone for OnceLock<T, U>
where
    for<'a> Target<'a>: ReadModifyWrite,
{
    fn clone(&self) -> Self {
        self.get().cloned().map_or_else(Self::default, Self::from)
    }
}

/// Compares the values; two cells without a value are equal.
impl<T: PartialEq, U> PartialEq for OnceLock<T, U> {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl<T: Eq, U> Eq for OnceLock<T, U> {}

impl<T: fmt::Debug, U> fmt::Debug for OnceLock<T, U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut tuple = f.debug_tuple("OnceLock");
        match self.get() {
            Some(value) => tuple.field(value),
            None => tuple.field(&format_args!("<uninit>")),
        };
        tuple.finish()
    }
}

#[cfg(feature = "defmt")]
impl<T: defmt::Format, U> defmt::Format for OnceLock<T, U> {
    fn format(&self, f: defmt::Formatter<'_>) {
        match self.get() {
            Some(value) => defmt::write!(f, "OnceLock({})", value),
            None => defmt::write!(f, "OnceLock(<uninit>)"),
        }
    }
}
