// error[E0277]
use indivisible::{once::Waiters, wait::Unpark};

struct Own;

impl Unpark for Own {
    fn unpark(&self) {}
}

impl Waiters for Own {}

fn main() {}
