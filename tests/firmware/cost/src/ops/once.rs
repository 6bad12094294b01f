//! A cell that is written once.

use crate::measure::cost;
use indivisible::once::{InitializingError, OnceLock, TrySetError};

type Once = OnceLock<u32>;
type Got = Result<&'static u32, InitializingError>;

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
        "OnceLock::try_set, again",
        |it: &Once, n: u32| -> Result<(), TrySetError<u32>> { it.try_set(n) },
        (&ONCE, 1)
    )
    .err();
    static OTHER: Once = Once::new();
    cost!(
        2,
        "OnceLock::try_set",
        |it: &Once, n: u32| -> Result<(), TrySetError<u32>> { it.try_set(n) },
        (&OTHER, 1)
    )
    .ok();
}
