//! Wrong versions that several operations share, from raw words.
//!
//! A handler that uses them is not interrupted, so there they are right.

use core::sync::atomic::{AtomicU32, AtomicUsize, Ordering::Relaxed};
use harness::{Op, Setting, Twin};

/// A value in two words that are written one after the other.
static HALVES: [AtomicUsize; 2] = [const { AtomicUsize::new(0) }; 2];
/// A word that is changed by a load and a store.
static WORD: AtomicU32 = AtomicU32::new(0);

const OLD: usize = 1;
const NEW: usize = 2;

const IN_HALVES: Setting = Setting {
    reset: |_, _| {
        store(OLD);
    },
    variants: 1,
    state: load,
};

pub(crate) const IN_A_WORD: Setting = Setting {
    reset: |_, variant| WORD.store(100 + variant, Relaxed),
    variants: 1,
    state: word,
};

/// One more than the word is at first.
#[cfg(tier2)]
pub(crate) const LIMIT: u32 = 101;

fn store(value: usize) -> u64 {
    HALVES[0].store(value, Relaxed);
    HALVES[1].store(value, Relaxed);
    0
}

fn load() -> u64 {
    let low = HALVES[0].load(Relaxed);
    (low | HALVES[1].load(Relaxed) << 8) as u64
}

pub(crate) fn word() -> u64 {
    WORD.load(Relaxed).into()
}

/// Computes the new value from one that may be old by then.
#[inline(always)]
pub(crate) fn change(f: impl FnOnce(u32) -> u32) -> u64 {
    let old = WORD.load(Relaxed);
    WORD.store(f(old), Relaxed);
    old.into()
}

/// The same where there may be nothing to change.
#[cfg(tier2)]
#[inline(always)]
pub(crate) fn change_if(f: impl FnOnce(u32) -> Option<u32>) -> u64 {
    let old = WORD.load(Relaxed);
    match f(old) {
        Some(new) => {
            WORD.store(new, Relaxed);
            old.into()
        }
        None => u64::MAX,
    }
}

/// A reader that looks at two words, one after the other.
pub(crate) const fn torn_load(of: &'static str) -> Twin {
    Twin {
        of,
        wrong: Op::new("two loads", load),
        handler: Op::new("store", || store(NEW)),
        setting: IN_HALVES,
        waits: false,
    }
}

/// A writer that writes two words, one after the other.
pub(crate) const fn torn_store(of: &'static str) -> Twin {
    Twin {
        of,
        wrong: Op::new("two stores", || store(NEW)),
        handler: Op::new("load", load),
        setting: IN_HALVES,
        waits: false,
    }
}

/// A change of a word in which another one's is lost.
#[cfg(tier2)]
pub(crate) const fn lost_change(of: &'static str, wrong: fn() -> u64) -> Twin {
    Twin {
        of,
        wrong: Op::new("load, store", wrong),
        handler: Op::new("add", || change(|old| old + 1)),
        setting: IN_A_WORD,
        waits: false,
    }
}
