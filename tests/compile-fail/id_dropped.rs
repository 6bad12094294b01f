// error[unused_must_use]: an ID that is dropped is never allocated again
#![deny(unused_must_use)]
use indivisible::id::{Aborting, IdAllocator};

static IDS: IdAllocator<u32, Aborting> = IdAllocator::aborting(3);

fn main() {
    IDS.allocate();
}
