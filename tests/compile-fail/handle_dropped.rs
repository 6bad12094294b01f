// error[unused_must_use]: the value is dropped and its box freed at once
#![deny(unused_must_use)]
use indivisible::pool::Pool;

static POOL: Pool<u32, 4> = Pool::new();

fn main() {
    POOL.try_alloc(1).unwrap();
}
