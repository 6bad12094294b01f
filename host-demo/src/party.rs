//! Who the other side of a scenario is on the host.

mod nobody;
mod threads;

pub use nobody::{GivesUp, Nobody};
pub use threads::Threads;
