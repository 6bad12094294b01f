// error[E0624]: method `change` is private
// The call would run the closure inside a critical section.
use indivisible::atomic::{AtomicInteger, Ordering::Relaxed};

fn forge<A: AtomicInteger>(word: &A) {
    let _ = word.change(Relaxed, Relaxed, |_| None);
}

fn main() {
    forge(&indivisible::atomic::AtomicU32::new(0));
}
