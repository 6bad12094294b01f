//! Whether code that runs alone repeats a state: then it never ends.

use crate::machine::{Core, Memory};

/// One state of the past, by its hash. It is replaced at intervals that double (Brent, 1980), so that it lies on the
/// cycle, if there is one, and is met again.
#[derive(Debug, Default)]
pub(crate) struct Repeats {
    kept: u64,
    steps: u32,
}

/// Code that ends soon is not slowed down.
const PATIENCE: u32 = 4096;

impl Repeats {
    /// To be called after each instruction: whether the kept state occurs again.
    pub(crate) fn is_met<C: Core>(&mut self, core: &C, memory: &Memory) -> bool {
        self.steps += 1;
        if self.steps < PATIENCE {
            return false;
        }
        let state = core.hash().rotate_left(32) ^ memory.hash();
        if self.steps.is_power_of_two() {
            self.kept = state;
            return false;
        }
        state == self.kept
    }
}
