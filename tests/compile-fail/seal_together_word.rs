// error[E0624]: method `increase` is private
use indivisible::atomic::AtomicInteger;

fn forge<A: AtomicInteger>(word: &A, n: A::Value) {
    word.increase(unreachable!(), n);
}

fn main() {
    forge(&indivisible::atomic::AtomicU32::new(0), 1);
}
