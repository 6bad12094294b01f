// error[E0277]: cannot be shared between threads
use core::cell::Cell;
use indivisible::pool::Pool;

static POOL: Pool<Cell<u32>, 4> = Pool::new();

fn main() {
    if let Ok(handle) = POOL.try_alloc(Cell::new(1)) {
        std::thread::scope(|scope| {
            scope.spawn(|| handle.set(2));
            handle.set(3);
        });
    }
}
