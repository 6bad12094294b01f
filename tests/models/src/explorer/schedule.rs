//! The choices of one execution, and the choices of the next.

use core::fmt;

/// A path through the tree of choices, in depth-first order.
#[derive(Debug, Default)]
pub(super) struct Schedule {
    /// For each choice, the alternative that was taken, and the number of alternatives.
    path: Vec<(u8, u8)>,
    /// The number of choices that this execution has made.
    made: usize,
}

impl Schedule {
    /// One of `alternatives`: the same as in the last execution, or the first after its changed choice.
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
            "an actor is not deterministic"
        );
        self.made += 1;
        taken.into()
    }

    /// Returns to the last choice with an untried alternative, and takes it; false if there is none.
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
