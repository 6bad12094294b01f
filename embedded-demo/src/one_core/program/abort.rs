//! The chapter's ID allocation, which aborts before it hands out an ID twice.

use crate::Interrupts;
use indivisible::id::{Aborting, IdAllocator};

static IDS: IdAllocator<u32, Aborting> = IdAllocator::aborting(3);

/// Allocates one ID more than there are: the last one ends the program.
pub fn abort(_: &Interrupts) -> bool {
    for _ in 0..=IDS.limit() {
        defmt::info!("id {=u32}", IDS.allocate());
    }
    defmt::error!("allocated more IDs than there are");
    false
}
