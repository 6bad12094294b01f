// error[E0624]: V::NONE
// error[E0624]: V::Bits
// error[E0624]: V::from_bits
// error[E0624]: value.into_bits
// error[E0624]: &V::Word
use indivisible::race::OnceValue;

fn none<V: OnceValue>() {
    let _ = V::NONE;
}

fn forge<V: OnceValue>(bits: V::Bits) -> Option<V> {
    V::from_bits(bits)
}

fn bits<V: OnceValue>(value: V) {
    let _ = value.into_bits();
}

fn word<V: OnceValue>(_: &V::Word) {}

fn main() {}
