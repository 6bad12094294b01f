//! Borrowed closures as interrupt handlers, for as long as a scope lasts.
//!
//! A handler reaches statics only, and the scenarios' closures borrow from `main`'s stack. As
//! `std::thread::scope` does for threads, [`Handler::lend`] lends a closure and returns only when no handler
//! runs it any more. On one core that costs nothing: a handler ends before the code that it preempts resumes.

use core::cell::Cell;
use critical_section::Mutex;

/// A closure that handlers may run.
pub(super) type Lent<'a, A> = &'a (dyn Fn(A) + Sync + 'a);

/// The closure that an interrupt runs, if one is lent to it. `A` is its argument.
pub(super) struct Handler<A: 'static = ()> {
    lent: Mutex<Cell<Option<Lent<'static, A>>>>,
}

impl<A> Handler<A> {
    pub(super) const fn new() -> Self {
        Self {
            lent: Mutex::new(Cell::new(None)),
        }
    }

    /// Lends `closure` while `body` runs; afterwards the closure that was lent before is lent again.
    pub(super) fn lend<R>(&self, closure: Lent<'_, A>, body: impl FnOnce() -> R) -> R {
        #[allow(unsafe_code, reason = "a static cannot hold a borrow")]
        // SAFETY: Only `run` uses the copy, and never after this function has returned:
        // 1. It returns only at its end: a panic ends the program, nothing unwinds here.
        // 2. At its end the slot holds the earlier closure again, so no later `run` copies this one.
        // 3. A `run` that copied it before did so within this call: in `body`, or in a handler that preempted
        //    this call. On one core, both end before this call resumes. (`critical-section-single-core`, which
        //    the program links, asserts that there is one core.)
        let closure = unsafe { core::mem::transmute::<Lent<'_, A>, Lent<'static, A>>(closure) };
        let before = self.replace(Some(closure));
        let result = body();
        self.replace(before);
        result
    }

    /// Runs the closure that is lent, for a handler.
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
