// error[E0599]
use indivisible::id::{IdAllocator, RollBack};

static IDS: IdAllocator<u8, RollBack> = IdAllocator::<u8, RollBack>::with_policy(3);

fn main() {
    let _ = IDS.lease(2);
}
