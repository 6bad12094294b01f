//! A cell that is written once.

use crate::measure::cost;
use indivisible::once::{Initializing, OnceLock, SetError};

type Once = OnceLock<u32>;
type Got = Result<&'static u32, Initializing>;

pub(super) fn all() {
    static ONCE: Once = Once::new();
    cost!(
        2,
        "OnceLock::get, empty",
        |it: &'static Once| -> Option<&'static u32> { it.get() },
        (&ONCE)
    );
    cost!(
        2,
        "OnceLock::try_get_or_init, first",
        |it: &'static Once, n: u32| -> Got { it.try_get_or_init(|| n) },
        (&ONCE, 1)
    )
    .ok();
    cost!(
        2,
        "OnceLock::try_get_or_init",
        |it: &'static Once, n: u32| -> Got { it.try_get_or_init(|| n) },
        (&ONCE, 1)
    )
    .ok();
    cost!(
        2,
        "OnceLock::get",
        |it: &'static Once| -> Option<&'static u32> { it.get() },
        (&ONCE)
    );
    cost!(
        2,
        "OnceLock::set, again",
        |it: &Once, n: u32| -> Result<(), SetError<u32>> { it.set(n) },
        (&ONCE, 1)
    )
    .err();
    static OTHER: Once = Once::new();
    cost!(
        2,
        "OnceLock::set",
        |it: &Once, n: u32| -> Result<(), SetError<u32>> { it.set(n) },
        (&OTHER, 1)
    )
    .ok();
}
