//! The loops around `compare_exchange`.

use crate::measure::cost;
use indivisible::{
    atomic::{AtomicU32, Ordering::Relaxed},
    update,
};

static WORD: AtomicU32 = AtomicU32::new(10);

pub(super) fn all() {
    cost!(
        2,
        "update::try_update",
        |word: &AtomicU32, limit: u32| -> Result<u32, u32> {
            update::try_update(word, Relaxed, Relaxed, |n| (n < limit).then(|| n + 1))
        },
        (&WORD, 100)
    )
    .ok();
    cost!(
        2,
        "update::try_update, declined",
        |word: &AtomicU32, limit: u32| -> Result<u32, u32> {
            update::try_update(word, Relaxed, Relaxed, |n| (n < limit).then(|| n + 1))
        },
        (&WORD, 10)
    )
    .err();
    cost!(
        2,
        "update::update",
        |word: &AtomicU32, n: u32| -> u32 { update::update(word, Relaxed, Relaxed, |old| old ^ n) },
        (&WORD, 0)
    );
    cost!(
        2,
        "update::raise_to, larger",
        |word: &AtomicU32, n: u32| -> u32 { update::raise_to(word, n) },
        (&WORD, 20)
    );
    cost!(
        2,
        "update::raise_to, not larger",
        |word: &AtomicU32, n: u32| -> u32 { update::raise_to(word, n) },
        (&WORD, 20)
    );
    cost!(
        2,
        "update::raise_to, not larger, no result",
        |word: &AtomicU32, n: u32| {
            update::raise_to(word, n);
        },
        (&WORD, 20)
    );
    cost!(
        2,
        "update::lower_to, smaller",
        |word: &AtomicU32, n: u32| -> u32 { update::lower_to(word, n) },
        (&WORD, 10)
    );
    cost!(
        2,
        "update::lower_to, not smaller",
        |word: &AtomicU32, n: u32| -> u32 { update::lower_to(word, n) },
        (&WORD, 10)
    );
    cost!(
        2,
        "update::checked_add",
        |word: &AtomicU32, n: u32| -> Result<u32, u32> { update::checked_add(word, n, Relaxed) },
        (&WORD, 1)
    )
    .ok();
    cost!(
        2,
        "update::checked_add, refused",
        |word: &AtomicU32, n: u32| -> Result<u32, u32> { update::checked_add(word, n, Relaxed) },
        (&WORD, u32::MAX)
    )
    .err();
    cost!(
        2,
        "update::saturating_add",
        |word: &AtomicU32, n: u32| -> u32 { update::saturating_add(word, n, Relaxed) },
        (&WORD, 1)
    );
    cost!(
        2,
        "update::saturating_sub",
        |word: &AtomicU32, n: u32| -> u32 { update::saturating_sub(word, n, Relaxed) },
        (&WORD, 1)
    );
    cost!(
        2,
        "update::add_below",
        |word: &AtomicU32, n: u32, limit: u32| -> Result<u32, u32> {
            update::add_below(word, n, limit, Relaxed)
        },
        (&WORD, 1, 100)
    )
    .ok();
    cost!(
        2,
        "update::add_below, refused",
        |word: &AtomicU32, n: u32, limit: u32| -> Result<u32, u32> {
            update::add_below(word, n, limit, Relaxed)
        },
        (&WORD, 1, 1)
    )
    .err();
}
