// error[E0597]
use indivisible::pool::Pool;

fn main() {
    let handle;
    {
        let pool = Pool::<u32, 4>::new();
        handle = pool.try_alloc(1);
    }
    let _ = handle;
}
