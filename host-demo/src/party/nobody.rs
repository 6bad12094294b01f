//! There is no other side.
//!
//! No step is ever taken. A scenario that still comes out good has shown nothing about two parties.

use indivisible::wait::{Park, Polling, WaitError, WakeReason};
use scenarios::{Party, Step, Work};

/// Nobody: no step is taken, and whoever waits gives up at once.
#[derive(Clone, Copy, Debug, Default)]
pub struct Nobody;

impl Party for Nobody {
    type Unparker = Polling;
    type Parker = GivesUp;

    fn unparker(&self) -> Polling {
        Polling
    }

    fn parker(&self) -> GivesUp {
        GivesUp
    }

    fn step(&self, _: Step<'_>) {}

    fn request<R>(&self, _: Step<'_>, body: impl FnOnce(&dyn Fn()) -> R) -> R {
        body(&|| {})
    }

    fn run<R>(&self, _: &[Work<'_>], main: impl FnOnce() -> R) -> R {
        main()
    }

    fn wait_for(&self, ready: impl Fn() -> bool) -> bool {
        ready()
    }
}

/// Does not sleep: nobody would wake it.
#[derive(Clone, Copy, Debug, Default)]
pub struct GivesUp;

impl Park<Polling> for GivesUp {
    fn park_unless(
        &self,
        _: &Polling,
        _: &mut dyn FnMut() -> bool,
    ) -> Result<WakeReason, WaitError> {
        Ok(WakeReason::TimedOut)
    }
}
