//! Tables for [`interloper`](https://docs.rs/interloper): which operations interrupt which, on what object.
//!
//! A table is a `no_std` file of [`object!`] invocations. `interloper` builds it for a bare-metal target, executes
//! the machine code, and runs each handler at each instruction boundary. The README of `interloper` shows a whole
//! test; this crate holds what the compiled table consists of.
//!
//! # Layout
//!
//! Each clause of [`object!`] becomes one [`Record`](record::Record) in the section `.interloper`. Everything in a
//! record is a word, a pointer or a [`List`](record::List) of records, in the C layout of a 32-bit target, so
//! the host reads it out of the ELF file without executing anything.

#![no_std]

mod cell;
mod macros;
mod output;
pub mod record;
mod task;

pub use cell::{Answer, Handle, Object};
#[doc(hidden)]
pub use output::{panicked, show, show_state};
pub use task::Task;
