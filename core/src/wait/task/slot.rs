//! The place of one task, and its waker.
//!
//! A task takes a slot for one wait, from the first poll to the end, or for all waits of a
//! [`Waiter`](super::Waiter). Callers of `wake` call its waker outside every critical section, since a waker is
//! foreign code.
//!
//! | back end | `wake` | after a wake-up |
//! |---|---|---|
//! | `native` | reads the waker where it is | the task is still registered |
//! | `section` | moves the waker out in a section | the task is not registered, until its next poll |
//!
//! Both have the same functions. A section moves two words at once; without one, a context that moves a waker out
//! would keep the task from registering meanwhile, hence the two cells of `native`.

#[cfg(native)]
mod native;
#[cfg(sections)]
mod section;

#[cfg(native)]
pub(super) use native::Slot;
#[cfg(sections)]
pub(super) use section::Slot;
