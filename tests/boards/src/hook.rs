//! The function that an interrupt calls; it may be replaced at any time.

use core::cell::Cell;
use critical_section::Mutex;

pub(crate) struct Hook {
    handler: Mutex<Cell<fn()>>,
    runs: Mutex<Cell<u32>>,
}

impl Hook {
    pub(crate) const fn new() -> Self {
        Self {
            handler: Mutex::new(Cell::new(|| ())),
            runs: Mutex::new(Cell::new(0)),
        }
    }

    pub(crate) fn set(&self, handler: fn()) {
        critical_section::with(|section| self.handler.borrow(section).set(handler));
    }

    /// Called by the interrupt.
    pub(crate) fn run(&self) {
        let handler = critical_section::with(|section| {
            let runs = self.runs.borrow(section);
            runs.set(runs.get().wrapping_add(1));
            self.handler.borrow(section).get()
        });
        handler();
    }

    /// The number of calls.
    pub(crate) fn runs(&self) -> u32 {
        critical_section::with(|section| self.runs.borrow(section).get())
    }
}
