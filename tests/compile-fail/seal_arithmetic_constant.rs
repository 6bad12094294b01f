// error[E0624]: associated constant `ONE` is private
use indivisible::atomic::AtomicPrimitive;

fn forge<T: AtomicPrimitive>() -> T {
    T::ONE
}

fn main() {
    forge::<u32>();
}
