// error[E0425]: only_with_64_bits
#![no_std]

indivisible::cfg_has_atomic_64! {
    fn only_with_64_bits() {}
}

pub fn call() {
    only_with_64_bits();
}
