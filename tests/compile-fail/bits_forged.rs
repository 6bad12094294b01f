// error[E0624]: V::Bits
// error[E0624]: V::from_bits
#![forbid(unsafe_code)]

use indivisible::race::RacyValue;

fn forge<V: RacyValue>(bits: V::Bits) -> Option<V> {
    V::from_bits(bits)
}

fn main() {
    let forged = forge::<&'static u64>(8 as *mut u64);
    println!("{forged:?}");
}
