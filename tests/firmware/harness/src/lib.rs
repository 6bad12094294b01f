//! An interrupt at every instruction of an operation.
//!
//! A one-shot timer fires `k` ticks after it was armed, and `k` goes up from 1 until the interrupt comes
//! after the operation. The emulator counts instructions in place of time, and one takes at least as
//! long as a tick, so every boundary between two is landed on, and each run is the same. The handler
//! performs a conflicting operation.
//!
//! Nobody writes down what should come out. The two are also run one after the other, in both orders,
//! with no interrupt; both results and the final state of each landing must be those of one of the orders
//! ([`order`]). What else an operation may answer, it declares ([`Extra`]); and that must happen.
//!
//! At depth 2 a second interrupt of higher priority lands `j` ticks after the first, inside its handler
//! or after it, for every `k` and `j`.
//!
//! The other half is on the host: it knows from an independent trace which instructions were executed,
//! and so which were not landed on. This half knows nothing of what it sweeps, nor does the host's.

#![no_std]

mod board;
mod case;
mod landing;
mod object;
mod order;
mod places;
mod report;
pub mod serial;

pub use case::{By, Expect, Extra, Group, Op, Setting, Twin};
pub use object::{GivenAway, Held, Idle, Object};
pub use report::run;
