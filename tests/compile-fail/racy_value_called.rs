// error[E0624]: V::NONE
// error[E0624]: value.into_bits
// error[E0624]: &V::Word
// error[E0624]: V::load
// error[E0624]: V::store
use indivisible::race::RacyValue;

fn none<V: RacyValue>() {
    let _ = V::NONE;
}

fn bits<V: RacyValue>(value: V) {
    let _ = value.into_bits();
}

fn word<V: RacyValue>(word: &V::Word, value: V) {
    let _ = V::load(word);
    V::store(word, value.into_bits());
}

fn main() {}
