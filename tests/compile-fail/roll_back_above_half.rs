// error[E0080]: half of the integer's range
use indivisible::id::{IdAllocator, RollBack};

static IDS: IdAllocator<u8, RollBack> = IdAllocator::<u8, RollBack>::with_policy(128);

fn main() {
    let _ = IDS.allocate();
}
