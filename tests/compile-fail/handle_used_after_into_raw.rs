// error[E0382]
use indivisible::pool::{Handle, Pool};

static POOL: Pool<u32, 4> = Pool::new();

fn main() {
    if let Ok(mut handle) = POOL.try_alloc(1) {
        let _descriptor = Handle::into_raw(handle);
        *handle = 2;
    }
}
