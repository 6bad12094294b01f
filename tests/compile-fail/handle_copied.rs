// error[E0277]: Clone` is not satisfied
//! A handle would otherwise have a second one of its slot.
use indivisible::pool::{Handle, Pool};

static POOL: Pool<u32, 4> = Pool::new();

fn main() {
    if let Ok(handle) = POOL.try_alloc(1) {
        let _ = (Handle::clone(&handle), handle);
    }
}
