// error[E0624]: method `checked_add` is private
use indivisible::atomic::AtomicPrimitive;

fn forge<T: AtomicPrimitive>(a: T, b: T) -> Option<T> {
    a.checked_add(b)
}

fn main() {
    forge(1_u32, 2);
}
