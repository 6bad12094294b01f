//! `FreeList` and `AtomicTaggedIndex`, and the stack without tags.

use crate::cases::answer;
use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use harness::{By, Extra, Group, Held, Object, Op, Setting, Twin};
use indivisible::{
    atomic::Ordering::{AcqRel, Acquire},
    tagged::{AtomicTaggedIndex, FreeIndex, FreeList},
};

/// One for each party, and three that are free: popping two and pushing the first back takes as many
/// to change what comes after it.
const LENGTH: usize = 6;

type Place = Held<FreeIndex<'static, LENGTH>>;

static LIST: FreeList<LENGTH> = FreeList::new();

/// What main, the first and the second handler have.
struct Hands {
    /// To be pushed.
    full: Place,
    /// For what is popped.
    empty: [Place; 2],
}

static HANDS: [Hands; 3] = [const {
    Hands {
        full: Held::new(),
        empty: [const { Held::new() }; 2],
    }
}; 3];

/// What nobody may pop.
static SPARE: [Place; 2] = [const { Held::new() }; 2];

/// Each party holds one index, 0 to 2; the others are free, in their order, or only the last of them.
const SETTING: Setting = Setting {
    reset: |_, variant| {
        for hands in &HANDS {
            push(&hands.full);
            hands.empty.iter().for_each(|it| {
                push(it);
            });
        }
        SPARE.iter().for_each(|it| {
            push(it);
        });
        put_back(take_all());
        for hands in &HANDS {
            pop(&hands.full);
        }
        if variant == 1 {
            SPARE.iter().for_each(|it| {
                pop(it);
            });
        }
    },
    variants: 2,
    state: contents,
};

type All = [Option<FreeIndex<'static, LENGTH>>; LENGTH];

fn take_all() -> All {
    let mut all = [const { None }; LENGTH];
    while let Some(index) = LIST.pop() {
        let place = index.get();
        all[place] = Some(index);
    }
    all
}

fn put_back(all: All) {
    for index in all.into_iter().rev().flatten() {
        let pushed = LIST.push(index);
        assert!(pushed.is_ok());
    }
}

/// The free indices from the first on, a digit each.
fn contents() -> u64 {
    let popped: All = core::array::from_fn(|_| LIST.pop());
    let code = |code, index: &FreeIndex<'_, LENGTH>| code * 8 + index.get() as u64 + 1;
    let code = popped.iter().flatten().fold(0, code);
    put_back(popped);
    code
}

#[inline(always)]
fn pop(place: &Place) -> u64 {
    let popped = LIST.pop();
    let index = popped.as_ref().map(|index| index.get() as u64);
    popped.map(|popped| place.put(popped));
    answer(index)
}

#[inline(always)]
fn push(place: &Place) -> u64 {
    place
        .take()
        .map_or(0, |index| LIST.push(index).is_ok().into())
}

/// What makes an untagged head look as if nothing had happened.
fn pop_pop_push(hands: &'static Hands) -> u64 {
    let [first, second] = &hands.empty;
    let popped = pop(first) << 8 | pop(second);
    push(first);
    popped
}

const fn handler<const PARTY: usize>() -> [Op; 3] {
    [
        Op::new("pop", || pop(&HANDS[PARTY].empty[0])),
        Op::new("push", || push(&HANDS[PARTY].full)),
        Op::several("pop, pop, push", || pop_pop_push(&HANDS[PARTY])),
    ]
}

pub(super) const GROUPS: &[Group] = &[
    Group {
        main: &[
            Op::new("pop", || pop(&HANDS[0].empty[0])),
            Op::new("push", || push(&HANDS[0].full)),
        ],
        handler: &handler::<1>(),
        second: &handler::<2>(),
        twins: &[untagged::POP, untagged::DEEP_POP, untagged::PUSH],
        ..Group::new("FreeList", SETTING)
    },
    index::GROUP,
];

/// The stack of indices without tags.
mod untagged {
    use super::*;
    use indivisible::atomic::AtomicUsize as Head;

    const END: usize = 4;

    static HEAD: Head = Head::new(0);
    static NEXT: [AtomicUsize; 4] = [const { AtomicUsize::new(0) }; 4];

    const SETTING: Setting = Setting {
        reset: |_, _| {
            HEAD.store(0, Relaxed);
            NEXT.iter()
                .zip(1..)
                .for_each(|(it, next)| it.store(next, Relaxed));
        },
        variants: 1,
        state: contents,
    };

    fn contents() -> u64 {
        let (mut code, mut index) = (0, HEAD.load(Relaxed));
        for _ in 0..END {
            if index < END {
                code = code * 8 + index as u64 + 1;
                index = NEXT[index].load(Relaxed);
            }
        }
        code
    }

    /// Right but for the comparison, which cannot tell a new head from an old one.
    fn pop() -> u64 {
        loop {
            let first = HEAD.load(Relaxed);
            if first == END {
                return answer(None);
            }
            let second = NEXT[first].load(Relaxed);
            let exchanged = HEAD.compare_exchange(first, second, Relaxed, Relaxed);
            if exchanged.is_ok() {
                return first as u64;
            }
        }
    }

    fn push(index: usize) -> u64 {
        NEXT[index].store(HEAD.load(Relaxed), Relaxed);
        HEAD.store(index, Relaxed);
        0
    }

    const fn twin(of: &'static str, wrong: Op, handler: Op) -> Twin {
        Twin {
            of,
            wrong,
            handler,
            second: None,
            setting: SETTING,
            waits: false,
        }
    }

    pub(super) const POP: Twin = twin(
        "pop",
        Op::new("no tag", pop),
        Op::several("pop, pop, push", || {
            let (first, second) = (pop(), pop());
            push(first as usize);
            first << 8 | second
        }),
    );
    /// The same by two interrupts.
    pub(super) const DEEP_POP: Twin = Twin {
        second: Some(Op::new("push", || push(0))),
        ..twin(
            "pop",
            Op::new("no tag, two interrupts", pop),
            Op::new("pop, pop", || pop() << 8 | pop()),
        )
    };
    pub(super) const PUSH: Twin = twin(
        "push",
        Op::new("published before it is linked", || {
            // Of an index that was never on the list of this landing.
            let old = HEAD.load(Relaxed);
            HEAD.store(3, Relaxed);
            NEXT[3].store(old, Relaxed);
            0
        }),
        Op::new("pop", pop),
    );
}

mod index {
    use super::*;
    use crate::planted::{EMPTY, in_two_loads, load as word, store, twin};

    type Index = AtomicTaggedIndex<4>;

    static INDEX: Object<Index> = Object::new(Index::new(5));

    fn load() -> u64 {
        let seen = INDEX.get(|it| it.load(Acquire));
        (seen.index() | seen.tag() << 4) as u64
    }

    /// To the same index: only the tag tells.
    const EXCHANGE: Op = Op::new("compare_exchange", || {
        INDEX.get(|it| {
            let seen = it.load(Acquire);
            let result = it.compare_exchange(seen, 5, AcqRel, Acquire);
            result.is_ok().into()
        })
    });
    const LOAD: Op = Op::new("load", load);

    /// The index in one word and the tag in another: an exchange that comes between leaves the index.
    const BY_INDEX: Op = Op::new("compares the index alone", || {
        let (index, tag) = (word(0), word(1));
        let is_same = word(0) == index;
        if is_same {
            store(1, tag + 1);
        }
        is_same.into()
    });

    pub(super) const GROUP: Group = Group {
        main: &[LOAD, EXCHANGE],
        handler: &[LOAD, EXCHANGE],
        extras: &[Extra {
            name: "somebody was faster",
            main: "compare_exchange",
            handler: "compare_exchange",
            by: By::Main,
            answer: 0,
        }],
        twins: &[
            in_two_loads("load"),
            twin("compare_exchange", BY_INDEX, BY_INDEX, EMPTY),
        ],
        ..Group::new(
            "AtomicTaggedIndex",
            Setting {
                reset: |idle, _| INDEX.renew(idle, Index::new(5)),
                variants: 1,
                state: load,
            },
        )
    };
}
