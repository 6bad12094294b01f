//! Borrowed closures as interrupt handlers, for as long as a scope lasts.
//!
//! A handler can only find what is in a static, and the scenarios' closures borrow from `main`'s stack.
//! As `std::thread::scope` does for threads, [`Handler::lend`] lends a closure and returns only when no
//! handler can be in it any more. On one core that costs nothing: a handler has always ended before
//! the code that it interrupted goes on.

use core::cell::Cell;
use critical_section::Mutex;

/// A closure that handlers may run.
pub(super) type Lent<'a, A> = &'a (dyn Fn(A) + Sync + 'a);

/// What an interrupt runs, if anything is lent to it. `A` is what the handler tells it.
pub(super) struct Handler<A: 'static = ()> {
    lent: Mutex<Cell<Option<Lent<'static, A>>>>,
}

impl<A> Handler<A> {
    pub(super) const fn new() -> Self {
        Self {
            lent: Mutex::new(Cell::new(None)),
        }
    }

    /// Lends `closure` while `body` runs; what was lent before comes back afterwards.
    pub(super) fn lend<R>(&self, closure: Lent<'_, A>, body: impl FnOnce() -> R) -> R {
        #[allow(unsafe_code, reason = "a static cannot hold a borrow")]
        // SAFETY: The copy is used only by `run`, and never after this function has returned, which it
        // does only by its end: a panic ends the program, nothing unwinds here. By then the slot holds
        // what it held before. So only a `run` that took its own copy before that is left. It did so
        // within this call, in `body` or in a handler that interrupted this call. On one core, both end
        // before this call goes on. (`critical-section-single-core`, which the program links, already
        // asserts that there is one core.)
        let closure = unsafe { core::mem::transmute::<Lent<'_, A>, Lent<'static, A>>(closure) };
        let before = self.replace(Some(closure));
        let result = body();
        self.replace(before);
        result
    }

    /// Runs what is lent, from a handler.
    pub(super) fn run(&self, argument: A) {
        let lent = critical_section::with(|section| self.lent.borrow(section).get());
        if let Some(closure) = lent {
            closure(argument);
        }
    }

    fn replace(&self, lent: Option<Lent<'static, A>>) -> Option<Lent<'static, A>> {
        critical_section::with(|section| self.lent.borrow(section).replace(lent))
    }
}
