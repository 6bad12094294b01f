// error[unused_must_use]: a value that does not return through `from_raw` is leaked
#![deny(unused_must_use)]
use indivisible::pool::{Handle, Pool};

static POOL: Pool<u32, 4> = Pool::new();

fn main() {
    if let Ok(handle) = POOL.try_alloc(1) {
        Handle::into_raw(handle);
    }
}
