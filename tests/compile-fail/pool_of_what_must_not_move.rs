// error[E0277]: cannot be sent between threads
use indivisible::pool::Pool;
use std::rc::Rc;

static POOL: Pool<Rc<u32>, 4> = Pool::new();

fn main() {
    let _ = POOL.try_alloc(Rc::new(1));
}
