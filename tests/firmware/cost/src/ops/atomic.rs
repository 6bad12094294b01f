//! Every operation of every kind of word, Relaxed; other orderings of one word.

use crate::measure::cost;
use core::ptr;
use indivisible::atomic::{AtomicBool, AtomicPtr, AtomicU8, AtomicU32, Ordering::*, fence};

macro_rules! integer {
    ($Atomic:ident, $Value:ident) => {{
        static WORD: $Atomic = $Atomic::new(1);
        cost!(2, concat!(stringify!($Atomic), "::load"),
            |word: &$Atomic| -> $Value { word.load(Relaxed) }, (&WORD));
        cost!(2, concat!(stringify!($Atomic), "::store"),
            |word: &$Atomic, n: $Value| { word.store(n, Relaxed); }, (&WORD, 1));
        cost!(2, concat!(stringify!($Atomic), "::compare_exchange"),
            |word: &$Atomic, old: $Value, new: $Value| -> Result<$Value, $Value> {
                word.compare_exchange(old, new, Relaxed, Relaxed)
            }, (&WORD, 1, 2)).ok();
        cost!(2, concat!(stringify!($Atomic), "::compare_exchange, unequal"),
            |word: &$Atomic, old: $Value, new: $Value| -> Result<$Value, $Value> {
                word.compare_exchange(old, new, Relaxed, Relaxed)
            }, (&WORD, 1, 2)).err();
        cost!(2, concat!(stringify!($Atomic), "::compare_exchange_weak"),
            |word: &$Atomic, old: $Value, new: $Value| -> Result<$Value, $Value> {
                word.compare_exchange_weak(old, new, Relaxed, Relaxed)
            }, (&WORD, 2, 1)).ok();
        cost!(2, concat!(stringify!($Atomic), "::fetch_update"),
            |word: &$Atomic, limit: $Value| -> Result<$Value, $Value> {
                word.fetch_update(Relaxed, Relaxed, |n| (n < limit).then(|| n + 1))
            }, (&WORD, 3)).ok();
        integer! { @ WORD: $Atomic, $Value, swap fetch_add fetch_sub fetch_and fetch_nand fetch_or }
        integer! { @ WORD: $Atomic, $Value, fetch_xor fetch_max fetch_min }
    }};
    (@ $word:ident: $Atomic:ident, $Value:ident, $($op:ident)*) => { $(
        cost!(2, concat!(stringify!($Atomic), "::", stringify!($op)),
            |word: &$Atomic, n: $Value| -> $Value { word.$op(n, Relaxed) }, (&$word, 1));
    )* };
}

pub(super) fn all() {
    integer!(AtomicU8, u8);
    integer!(AtomicU32, u32);
    indivisible::cfg_has_atomic_64! { wide(); }
    orderings();
    boolean();
    pointer();
}

indivisible::cfg_has_atomic_64! {
    fn wide() {
        use indivisible::atomic::AtomicU64;
        integer!(AtomicU64, u64);
    }
}

fn orderings() {
    static WORD: AtomicU32 = AtomicU32::new(1);
    cost!(
        2,
        "AtomicU32::load, Acquire",
        |word: &AtomicU32| -> u32 { word.load(Acquire) },
        (&WORD)
    );
    cost!(
        2,
        "AtomicU32::store, Release",
        |word: &AtomicU32, n: u32| {
            word.store(n, Release);
        },
        (&WORD, 1)
    );
    cost!(
        2,
        "AtomicU32::fetch_add, AcqRel",
        |word: &AtomicU32, n: u32| -> u32 { word.fetch_add(n, AcqRel) },
        (&WORD, 1)
    );
    cost!(
        2,
        "AtomicU32::fetch_add, SeqCst",
        |word: &AtomicU32, n: u32| -> u32 { word.fetch_add(n, SeqCst) },
        (&WORD, 1)
    );
    cost!(
        2,
        "AtomicU32::fetch_add, no result",
        |word: &AtomicU32, n: u32| {
            word.fetch_add(n, Relaxed);
        },
        (&WORD, 1)
    );
    cost!(
        1,
        "fence, Acquire",
        || {
            fence(Acquire);
        },
        ()
    );
}

fn boolean() {
    static WORD: AtomicBool = AtomicBool::new(false);
    cost!(
        2,
        "AtomicBool::load",
        |word: &AtomicBool| -> bool { word.load(Relaxed) },
        (&WORD)
    );
    cost!(
        2,
        "AtomicBool::store",
        |word: &AtomicBool, value: bool| {
            word.store(value, Relaxed);
        },
        (&WORD, false)
    );
    cost!(
        2,
        "AtomicBool::compare_exchange",
        |word: &AtomicBool, old: bool, new: bool| -> Result<bool, bool> {
            word.compare_exchange(old, new, Relaxed, Relaxed)
        },
        (&WORD, false, true)
    )
    .ok();
    macro_rules! fetch {
        ($($op:ident)*) => { $(
            cost!(2, concat!("AtomicBool::", stringify!($op)),
                |word: &AtomicBool, value: bool| -> bool { word.$op(value, Relaxed) }, (&WORD, true));
        )* };
    }
    fetch! { swap fetch_and fetch_nand fetch_or fetch_xor }
    cost!(
        2,
        "AtomicBool::fetch_not",
        |word: &AtomicBool| -> bool { word.fetch_not(Relaxed) },
        (&WORD)
    );
}

fn pointer() {
    static WORD: AtomicPtr<u32> = AtomicPtr::new(ptr::null_mut());
    const NEXT: *mut u32 = ptr::dangling_mut();
    cost!(
        2,
        "AtomicPtr::load",
        |word: &AtomicPtr<u32>| -> *mut u32 { word.load(Relaxed) },
        (&WORD)
    );
    cost!(
        2,
        "AtomicPtr::store",
        |word: &AtomicPtr<u32>, value: *mut u32| {
            word.store(value, Relaxed);
        },
        (&WORD, ptr::null_mut())
    );
    cost!(
        2,
        "AtomicPtr::swap",
        |word: &AtomicPtr<u32>, value: *mut u32| -> *mut u32 { word.swap(value, Relaxed) },
        (&WORD, NEXT)
    );
    cost!(
        2,
        "AtomicPtr::compare_exchange",
        |word: &AtomicPtr<u32>, old: *mut u32, new: *mut u32| -> Result<*mut u32, *mut u32> {
            word.compare_exchange(old, new, Relaxed, Relaxed)
        },
        (&WORD, NEXT, ptr::null_mut())
    )
    .ok();
    cost!(
        2,
        "AtomicPtr::fetch_update",
        |word: &AtomicPtr<u32>, new: *mut u32| -> Result<*mut u32, *mut u32> {
            word.fetch_update(Relaxed, Relaxed, |_| Some(new))
        },
        (&WORD, NEXT)
    )
    .ok();
}
