// error[E0624]
use indivisible::latest::{WordRepr, Words};

/// The sealed method would store words without the sequence number.
fn store<R: WordRepr>(words: R) {
    words.store(&loop {});
}

fn main() {
    store(1_u64.into_words());
}
