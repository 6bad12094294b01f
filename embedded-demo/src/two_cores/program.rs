//! The programs: each returns whether its checks held.

mod lost_updates;

pub use self::{
    elsewhere as abort, elsewhere as checksum, elsewhere as fail, elsewhere as live,
    elsewhere as stop_flag,
};
pub use crate::tour::tour;
pub use lost_updates::lost_updates;

use crate::Cores;

/// A program for interrupts only.
pub fn elsewhere(_: &Cores) -> bool {
    defmt::error!("this program is for the boards with one core");
    false
}
