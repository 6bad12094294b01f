// error[E0599]
use indivisible::id::{IdAllocator, Wrapping};

static IDS: IdAllocator<u8, Wrapping> = IdAllocator::wrapping();

fn main() {
    IDS.remaining();
}
