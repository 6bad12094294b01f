// error[E0133]
use core::ptr::NonNull;
use indivisible::pool::Pool;

static POOL: Pool<u32, 4> = Pool::new();

fn main() {
    let _ = POOL.from_raw(NonNull::dangling());
}
