// error[E0599]: lease
use indivisible::id::{IdAllocator, RollingBack};

static IDS: IdAllocator<u8, RollingBack> = IdAllocator::rolling_back(3);

fn main() {
    let _ = IDS.lease(2);
}
