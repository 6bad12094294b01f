// error[unused_must_use]: a sequence number that is dropped leaves a gap
#![deny(unused_must_use)]
use indivisible::id::{IdAllocator, Wrapping};

static IDS: IdAllocator<u32, Wrapping> = IdAllocator::wrapping();

fn main() {
    IDS.allocate();
}
