// error[E0277]: is no ID
use indivisible::id::IdAllocator;

static IDS: IdAllocator<i32> = IdAllocator::new();

fn main() {
    let _ = IDS.allocate();
}
