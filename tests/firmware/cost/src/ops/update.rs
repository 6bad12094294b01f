//! The loops around `compare_exchange`.

use crate::measure::cost;
use indivisible::atomic::{AtomicInteger, AtomicU32, Ordering::Relaxed};

static WORD: AtomicU32 = AtomicU32::new(10);

pub(super) fn all() {
    cost!(
        2,
        "atomic::try_update",
        |word: &AtomicU32, limit: u32| -> Result<u32, u32> {
            word.try_update(Relaxed, Relaxed, |n| (n < limit).then(|| n + 1))
        },
        (&WORD, 100)
    )
    .ok();
    cost!(
        2,
        "atomic::try_update, declined",
        |word: &AtomicU32, limit: u32| -> Result<u32, u32> {
            word.try_update(Relaxed, Relaxed, |n| (n < limit).then(|| n + 1))
        },
        (&WORD, 10)
    )
    .err();
    cost!(
        2,
        "atomic::update",
        |word: &AtomicU32, n: u32| -> u32 { word.update(Relaxed, Relaxed, |old| old ^ n) },
        (&WORD, 0)
    );
    cost!(
        2,
        "atomic::raise_to, larger",
        |word: &AtomicU32, n: u32| -> u32 { word.raise_to(n) },
        (&WORD, 20)
    );
    cost!(
        2,
        "atomic::raise_to, not larger",
        |word: &AtomicU32, n: u32| -> u32 { word.raise_to(n) },
        (&WORD, 20)
    );
    cost!(
        2,
        "atomic::raise_to, not larger, no result",
        |word: &AtomicU32, n: u32| {
            word.raise_to(n);
        },
        (&WORD, 20)
    );
    cost!(
        2,
        "atomic::lower_to, smaller",
        |word: &AtomicU32, n: u32| -> u32 { word.lower_to(n) },
        (&WORD, 10)
    );
    cost!(
        2,
        "atomic::lower_to, not smaller",
        |word: &AtomicU32, n: u32| -> u32 { word.lower_to(n) },
        (&WORD, 10)
    );
    cost!(
        2,
        "atomic::checked_add",
        |word: &AtomicU32, n: u32| -> Result<u32, u32> { word.checked_add(n, Relaxed) },
        (&WORD, 1)
    )
    .ok();
    cost!(
        2,
        "atomic::checked_add, refused",
        |word: &AtomicU32, n: u32| -> Result<u32, u32> { word.checked_add(n, Relaxed) },
        (&WORD, u32::MAX)
    )
    .err();
    cost!(
        2,
        "atomic::saturating_add",
        |word: &AtomicU32, n: u32| -> u32 { word.saturating_add(n, Relaxed) },
        (&WORD, 1)
    );
    cost!(
        2,
        "atomic::saturating_sub",
        |word: &AtomicU32, n: u32| -> u32 { word.saturating_sub(n, Relaxed) },
        (&WORD, 1)
    );
    cost!(
        2,
        "atomic::add_up_to",
        |word: &AtomicU32, n: u32, limit: u32| -> Result<u32, u32> {
            word.add_up_to(n, limit, Relaxed)
        },
        (&WORD, 1, 100)
    )
    .ok();
    cost!(
        2,
        "atomic::add_up_to, refused",
        |word: &AtomicU32, n: u32, limit: u32| -> Result<u32, u32> {
            word.add_up_to(n, limit, Relaxed)
        },
        (&WORD, 1, 1)
    )
    .err();
}
