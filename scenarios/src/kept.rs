//! A value that a step keeps from one run to the next.

use core::cell::Cell;
use critical_section::Mutex;

/// A value that belongs to one step, as a handler-local `static mut` belongs to its handler.
///
/// Steps are `Fn`, since the parties share them. So `with` takes the value out, uses it outside critical
/// sections, and puts it back.
pub(crate) struct Kept<T>(Mutex<Cell<Option<T>>>);

impl<T> Kept<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self(Mutex::new(Cell::new(Some(value))))
    }

    /// `None` where another run of the same step is using the value, which no party allows.
    pub(crate) fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> Option<R> {
        let mut value = critical_section::with(|section| self.0.borrow(section).take())?;
        let result = f(&mut value);
        critical_section::with(|section| self.0.borrow(section).set(Some(value)));
        Some(result)
    }
}
