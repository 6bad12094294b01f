//! What wrong versions are made of: raw words, loaded and stored one after the other.
//!
//! A handler that uses them is not interrupted, so there they are right.

use core::sync::atomic::{AtomicU32, Ordering::Relaxed};
use harness::{Idle, Op, Setting, Twin};

static WORDS: [AtomicU32; 2] = [const { AtomicU32::new(0) }; 2];

pub(crate) fn load(word: usize) -> u32 {
    WORDS[word].load(Relaxed)
}

pub(crate) fn store(word: usize, value: u32) {
    WORDS[word].store(value, Relaxed);
}

/// Both words, as they are when nothing is in progress.
pub(crate) fn words() -> u64 {
    u64::from(load(1)) << 32 | u64::from(load(0))
}

/// The words, made anew by `reset`.
pub(crate) const fn in_words(reset: fn(&mut Idle, u32)) -> Setting {
    Setting {
        reset,
        variants: 1,
        state: words,
    }
}

pub(crate) const EMPTY: Setting = in_words(|_, _| {
    store(0, 0);
    store(1, 0);
});

/// `wrong` is a wrong version of `of`, as `handler` shows.
pub(crate) const fn twin(of: &'static str, wrong: Op, handler: Op, setting: Setting) -> Twin {
    Twin {
        of,
        wrong,
        handler,
        second: None,
        setting,
        waits: false,
    }
}

/// A number of 64 bits in two words, where the next one carries.
const CARRYING: Setting = in_words(|_, _| {
    store(0, u32::MAX);
    store(1, 0);
});

fn carry() -> u64 {
    store(0, 0);
    store(1, 1);
    0
}

/// Reads a number that is changed between its halves.
pub(crate) const fn in_two_loads(of: &'static str) -> Twin {
    let handler = Op::new("carry", carry);
    twin(
        of,
        Op::new("one half, then the other", words),
        handler,
        CARRYING,
    )
}

/// Writes a number that is read between its halves.
pub(crate) const fn in_two_stores(of: &'static str) -> Twin {
    let handler = Op::new("both halves", words);
    twin(
        of,
        Op::new("one half, then the other", carry),
        handler,
        CARRYING,
    )
}

/// The second word, if the first says that it is there.
pub(crate) fn announced() -> u64 {
    if load(0) == 0 {
        0
    } else {
        (1 << 32) | u64::from(load(1))
    }
}

/// Says that there is a value before there is.
pub(crate) const fn announced_early(of: &'static str) -> Twin {
    let wrong = Op::new("says so first, and then writes it", || {
        store(0, 1);
        store(1, 7);
        0
    });
    twin(of, wrong, Op::new("look", announced), EMPTY)
}

/// Reads the value before it asks whether there is one.
pub(crate) const fn read_early(of: &'static str) -> Twin {
    let wrong = Op::new("reads it first, and then asks", || {
        let value = load(1);
        if load(0) == 0 {
            0
        } else {
            (1 << 32) | u64::from(value)
        }
    });
    let handler = Op::new("write", || {
        store(1, 7);
        store(0, 1);
        0
    });
    twin(of, wrong, handler, EMPTY)
}

#[cfg(tier2)]
pub(crate) use tier2::*;

#[cfg(tier2)]
mod tier2 {
    use super::*;
    use harness::Object;
    use indivisible::atomic::{AtomicU32, Ordering::Relaxed};

    const START: u32 = 100;

    const STARTED: Setting = in_words(|_, _| store(0, START));

    /// Computes the new value from one that may be old by then; the highest bit where there is none.
    #[inline(always)]
    pub(crate) fn change(f: impl FnOnce(u32) -> Option<u32>) -> u64 {
        let old = load(0);
        match f(old) {
            Some(new) => {
                store(0, new);
                old.into()
            }
            None => u64::from(old) | 1 << 63,
        }
    }

    /// A load, the change and a store, between which another's change is lost.
    pub(crate) const fn load_then_store(of: &'static str, wrong: fn() -> u64) -> Twin {
        let handler = Op::new("add", || change(|old| Some(old + 1)));
        twin(of, Op::new("load, then store", wrong), handler, STARTED)
    }

    /// Whoever finds the place empty fills it; the answer is who filled it.
    fn look_then_fill(mine: u32) -> u64 {
        if load(0) == 0 {
            store(0, mine);
            return mine.into();
        }
        load(0).into()
    }

    /// Of two who find the place empty, the last wins, and the first does not know.
    pub(crate) const fn last_wins(of: &'static str) -> Twin {
        let wrong = Op::new("looks, then stores", || look_then_fill(1));
        let handler = Op::new("looks, then stores", || look_then_fill(2));
        twin(of, wrong, handler, EMPTY)
    }

    /// What there is one of, given to both who find it there.
    pub(crate) const fn given_twice(of: &'static str) -> Twin {
        const TAKE: Op = Op::new("looks, then takes", || {
            let is_there = load(0) == 0;
            store(0, 1);
            is_there.into()
        });
        twin(of, TAKE, TAKE, EMPTY)
    }

    static WORD: Object<AtomicU32> = Object::new(AtomicU32::new(0));

    pub(crate) const AT_START: Setting = Setting {
        reset: |idle, _| WORD.renew(idle, AtomicU32::new(START)),
        variants: 1,
        state: || WORD.get(|it| it.load(Relaxed)).into(),
    };

    /// An exchange that may fail, and nobody looks whether it has.
    #[inline(always)]
    pub(crate) fn exchange_once(f: impl FnOnce(u32) -> u32) -> u64 {
        WORD.get(|it| {
            let old = it.load(Relaxed);
            let _ = it.compare_exchange(old, f(old), Relaxed, Relaxed);
            old.into()
        })
    }

    /// A change without the loop around it.
    pub(crate) const fn failure_ignored(of: &'static str, wrong: fn() -> u64) -> Twin {
        let handler = Op::new("fetch_add", || {
            WORD.get(|it| it.fetch_add(1, Relaxed)).into()
        });
        twin(
            of,
            Op::new("ignores that it failed", wrong),
            handler,
            AT_START,
        )
    }

    /// Takes `n` below the limit, as it was when it looked.
    #[inline(always)]
    fn look_then_add(n: u32) -> u64 {
        WORD.get(|it| {
            if it.load(Relaxed) + n > START + 2 {
                return u64::MAX;
            }
            it.fetch_add(n, Relaxed).into()
        })
    }

    /// The chapter's problematic order: more than there are, where another takes the last in between.
    pub(crate) const fn past_the_limit<const N: u32>(of: &'static str) -> Twin {
        let wrong = Op::new("looks, then adds", || look_then_add(N));
        let handler = Op::new("takes two", || look_then_add(2));
        twin(of, wrong, handler, AT_START)
    }

    /// Adds, looks, and takes back what was too much: until then there is less than nothing left.
    pub(crate) const fn seen_past_the_limit(of: &'static str) -> Twin {
        let wrong = Op::new("adds, looks, takes back", || {
            WORD.get(|it| {
                let old = it.fetch_add(1, Relaxed);
                if old >= START {
                    it.fetch_sub(1, Relaxed);
                    return u64::MAX;
                }
                old.into()
            })
        });
        let handler = Op::new("what is left", || {
            WORD.get(|it| START.wrapping_sub(it.load(Relaxed))).into()
        });
        twin(of, wrong, handler, AT_START)
    }
}
