//! A value of two words with an invariant between them.

use indivisible::latest::Words;

/// A number, and its complement in a second word.
///
/// `from_words` asserts the invariant: a model in which it gets a torn copy fails even if the copy is
/// dropped afterwards.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Pair(pub usize);

impl Words for Pair {
    type Repr = [usize; 2];

    fn into_words(self) -> [usize; 2] {
        [self.0, !self.0]
    }

    fn from_words([number, complement]: [usize; 2]) -> Self {
        assert_eq!(complement, !number, "torn words were converted");
        Self(number)
    }
}

#[cfg(test)]
mod tests {
    use super::{Pair, Words};

    #[test]
    #[should_panic(expected = "torn")]
    fn torn_words_panic() {
        let ([first, _], [_, second]) = (Pair(1).into_words(), Pair(2).into_words());
        let _ = Pair::from_words([first, second]);
    }
}
