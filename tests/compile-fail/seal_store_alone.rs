// error[E0624]: method `store_alone` is private
// The call would store outside the critical section of another change.
use indivisible::atomic::{AtomicInteger, Ordering::Relaxed};

fn forge<A: AtomicInteger>(word: &A, value: A::Value) {
    word.store_alone(value, Relaxed);
}

fn main() {
    forge(&indivisible::atomic::AtomicU32::new(0), 1);
}
