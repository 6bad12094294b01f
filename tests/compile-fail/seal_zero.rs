// error[E0624]: associated constant `ZERO` is private
use indivisible::atomic::AtomicInteger;

fn forge<A: AtomicInteger>() -> A {
    A::ZERO
}

fn main() {
    forge::<indivisible::atomic::AtomicU32>();
}
