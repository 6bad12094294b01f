// error[E0080]: half of the integer's range
use indivisible::id::{IdAllocator, RollingBack};

static IDS: IdAllocator<u8, RollingBack> = IdAllocator::rolling_back(128);

fn main() {
    let _ = IDS.allocate();
}
