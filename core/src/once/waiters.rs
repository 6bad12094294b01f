//! What an unparker inside a cell must do beside waking.

#![allow(
    private_bounds,
    reason = "a seal that cannot be called through: the methods are not visible outside the crate"
)]

use crate::wait::{Polling, Unpark};

/// An unparker of an [`OnceLock`](super::OnceLock): [`Polling`], `Blocking`, `Wakers<N>`, or `Listeners`. Sealed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` wakes no waiter of a `OnceLock`",
    note = "threads wait with `Blocking`, tasks with `Wakers<N>` or `Listeners`; without waiters, use `OnceLock::new`"
)]
pub trait Waiters: Unpark + Observe {}

/// Called when an initializer begins and ends.
pub(crate) trait Observe {
    /// The calling context has become the owner of `RUNNING`.
    fn began(&self) {}

    /// It leaves `RUNNING` next.
    fn ending(&self) {}
}

impl Waiters for Polling {}
impl Observe for Polling {}
