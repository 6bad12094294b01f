//! Every example of *Rust Atomics and Locks*, chapter 2, once, with the other party as a parameter.
//!
//! | party | package |
//! |---|---|
//! | threads | `host-demo` |
//! | interrupt handlers of one core | `embedded-demo` |
//! | a second core | `embedded-demo` |
//! | absent: no step is taken | `host-demo`, for the tests |
//!
//! A scenario makes its wrong versions fail every time, by one step of the other side at the dangerous point.
//! Where the other side is absent they must not fail, and the verdict is bad.

#![no_std]
#![forbid(unsafe_code)]

mod aba;
pub mod command;
mod compare_exchange;
mod fetch_modify;
mod fetch_update;
mod id_allocation;
mod id_bounded;
mod kept;
mod late;
mod latest;
mod lazy_init;
mod lazy_once;
mod lease;
mod load_store;
mod marks;
mod once;
mod once_lock;
mod party;
mod progress;
mod progress_threads;
mod progress_unpark;
mod report;
mod scenario;
mod statistics;
mod stop_flag;
mod stop_reason;

pub use party::{Party, Step, WORKERS, Work};
pub use report::{Fact, Line, Report, WRONG_VERSION};
pub use scenario::Scenario;
