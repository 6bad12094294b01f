//! The choices of one execution, and those of the next.

use core::fmt;

/// A path through the tree of choices, in depth-first order.
#[derive(Debug, Default)]
pub(super) struct Schedule {
    /// Of each choice, which alternative was taken, of how many.
    path: Vec<(u8, u8)>,
    /// How many of them this execution has made.
    made: usize,
}

impl Schedule {
    /// One of `alternatives`: as before, or the first where this execution is new ground.
    pub(super) fn choose(&mut self, alternatives: usize) -> usize {
        if alternatives == 1 {
            return 0;
        }
        if self.made == self.path.len() {
            let alternatives = u8::try_from(alternatives).expect("few actors");
            self.path.push((0, alternatives));
        }
        let (taken, among) = self.path[self.made];
        assert_eq!(
            usize::from(among),
            alternatives,
            "an actor has a will of its own"
        );
        self.made += 1;
        taken.into()
    }

    /// Goes back to the last choice that has another alternative, and takes it; false where none has.
    pub(super) fn advance(&mut self) -> bool {
        self.made = 0;
        while let Some((taken, alternatives)) = self.path.last_mut() {
            *taken += 1;
            if taken < alternatives {
                return true;
            }
            self.path.pop();
        }
        false
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.path[..self.made]
            .iter()
            .try_for_each(|(taken, alternatives)| write!(f, "{taken}/{alternatives} "))
    }
}
