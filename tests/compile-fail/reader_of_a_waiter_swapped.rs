// error[E0614]
use indivisible::{latest::Latest, wait::task::Wakers};

/// With the reader of another value, the waiter would wait for that value in a place that it does not wake.
fn main() {
    let other = Latest::<u32, Wakers<1>>::default();
    let latest = Latest::<u32, Wakers<1>>::default();
    let mut waiter = latest.waiter().unwrap();
    *waiter = other.reader();
}
