//! The other side is absent: no step is ever taken.
//!
//! A scenario whose verdict is still good has shown nothing about two parties.

use indivisible::wait::{Park, Polling, WaitError, WakeReason};
use scenarios::{Party, Step, Work};

/// No step is taken, and a wait ends at once.
#[derive(Clone, Copy, Debug, Default)]
pub struct Absent;

impl Party for Absent {
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

/// Does not sleep: with the other side absent, no wake-up would follow.
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
