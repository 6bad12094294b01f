// error[E0624]: method `widen` is private
use indivisible::atomic::Unsigned;

fn forge<T: Unsigned>(n: T) -> u64 {
    n.widen()
}

fn main() {
    forge(1_u32);
}
