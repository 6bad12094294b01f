//! The programs: each says whether all went well.

mod lost_updates;

pub use self::{
    elsewhere as abort, elsewhere as checksum, elsewhere as fail, elsewhere as stop_flag,
};
pub use crate::tour::tour;
pub use lost_updates::lost_updates;

use crate::Cores;

/// Is for interrupts.
pub fn elsewhere(_: &Cores) -> bool {
    defmt::error!("this program is for the boards with one core");
    false
}
