// error[unused_must_use]: a lease that is dropped at once allocates no ID
#![deny(unused_must_use)]
use indivisible::id::IdAllocator;

static IDS: IdAllocator<u32> = IdAllocator::new();

fn main() {
    if IDS.remaining() > 3 {
        IDS.lease(3).unwrap();
    }
}
