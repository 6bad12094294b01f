//! The other side of a scenario on the host.

mod absent;
mod threads;

pub use absent::{Absent, GivesUp};
pub use threads::Threads;
