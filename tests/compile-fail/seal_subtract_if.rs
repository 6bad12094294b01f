// error[E0624]: method `subtract_if` is private
use indivisible::atomic::{AtomicInteger, Ordering::Relaxed};

fn forge<A: AtomicInteger>(word: &A, n: A::Value) {
    word.subtract_if(n, Relaxed, |_| true);
}

fn main() {
    forge(&indivisible::atomic::AtomicU32::new(0), 1);
}
