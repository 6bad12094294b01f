//! The programs: each returns whether its checks held.

mod abort;
mod checksum;
mod fail;
mod live;
mod stop_flag;

pub use abort::abort;
pub use checksum::checksum;
pub use fail::fail;
pub use live::live;
pub use stop_flag::stop_flag;

pub use crate::tour::tour;

use crate::Interrupts;

/// A program for two cores only.
pub fn lost_updates(_: &Interrupts) -> bool {
    defmt::error!("this program takes two cores");
    false
}
