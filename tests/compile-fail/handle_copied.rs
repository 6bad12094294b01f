// error[E0277]: Clone` is not satisfied
//! A copy would be a second handle of one slot.
use indivisible::pool::{Handle, Pool};

static POOL: Pool<u32, 4> = Pool::new();

fn main() {
    if let Ok(handle) = POOL.try_alloc(1) {
        let _ = (Handle::clone(&handle), handle);
    }
}
