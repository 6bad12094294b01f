//! What a step keeps from one time it runs to the next.

use core::cell::Cell;
use critical_section::Mutex;

/// A value that belongs to one step, as a handler-local `static mut` belongs to its handler.
///
/// Steps are `Fn`, since the parties share them. So the value is taken out, used outside critical
/// sections, and put back.
pub(crate) struct Kept<T>(Mutex<Cell<Option<T>>>);

impl<T> Kept<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self(Mutex::new(Cell::new(Some(value))))
    }

    /// `None` where a run of the same step has it just now, which no party allows.
    pub(crate) fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> Option<R> {
        let mut value = critical_section::with(|section| self.0.borrow(section).take())?;
        let result = f(&mut value);
        critical_section::with(|section| self.0.borrow(section).set(Some(value)));
        Some(result)
    }
}
