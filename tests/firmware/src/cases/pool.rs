//! `FreeList`, `Pool` and `AtomicTaggedIndex`, and the stack without tags.

use crate::cases::answer;
use core::{
    ptr::from_ref,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
};
use harness::{By, Extra, Group, Held, Object, Op, Setting, Twin};
use indivisible::{
    atomic::Ordering::{AcqRel, Acquire},
    pool::{AtomicTaggedIndex, FreeList, Handle, Pool, Slot},
};

/// One for each party, and three that are free: popping two and giving the first back takes as many
/// to change what comes after it.
const LENGTH: usize = 6;

/// What main, the first and the second handler have: something to give back, and places for what they
/// take.
struct Hands<T> {
    full: Held<T>,
    empty: [Held<T>; 2],
}

impl<T> Hands<T> {
    const fn new() -> Self {
        Self {
            full: Held::new(),
            empty: [const { Held::new() }; 2],
        }
    }

    fn let_go(&self) {
        drop(self.full.take());
        self.empty.iter().for_each(|it| drop(it.take()));
    }
}

/// Takes all, and gives them back in the reverse order: the next to be taken is the first of `order`.
fn in_order<T, const N: usize>(take: impl Fn() -> Option<T>, order: fn(&T) -> usize) {
    let mut all = [const { None }; N];
    while let Some(one) = take() {
        let place = order(&one);
        all[place] = Some(one);
    }
    all.into_iter().rev().for_each(drop);
}

/// The free ones from the first on, a digit each; they are given back as they were.
fn contents<T, const N: usize>(take: impl Fn() -> Option<T>, order: fn(&T) -> usize) -> u64 {
    let all: [Option<T>; N] = core::array::from_fn(|_| take());
    let code = |code, one: &T| code * 8 + order(one) as u64 + 1;
    let code = all.iter().flatten().fold(0, code);
    all.into_iter().rev().for_each(drop);
    code
}

const fn twin(of: &'static str, wrong: Op, handler: Op) -> Twin {
    Twin {
        of,
        wrong,
        handler,
        second: None,
        setting: untagged::SETTING,
        waits: false,
    }
}

/// The wrong versions of taking one, and of giving it back.
const fn twins(take: &'static str, give_back: &'static str) -> [Twin; 3] {
    [
        untagged::take(take),
        untagged::deep_take(take),
        untagged::give_back(give_back),
    ]
}

pub(super) const GROUPS: &[Group] = &[list::GROUP, raw::GROUP, boxes::GROUP, index::GROUP];

mod list {
    use super::*;

    static LIST: FreeList<LENGTH> = FreeList::new();
    static HANDS: [Hands<Slot<'static, LENGTH>>; 3] = [const { Hands::new() }; 3];
    /// No party may take these.
    static SPARE: Hands<Slot<'static, LENGTH>> = Hands::new();

    /// Each party holds one index, 0 to 2; the others are free, in their order, or only the last of them.
    const SETTING: Setting = Setting {
        reset: |_, variant| {
            HANDS.iter().for_each(Hands::let_go);
            SPARE.let_go();
            in_order::<_, LENGTH>(|| LIST.pop(), Slot::index);
            for hands in &HANDS {
                pop(&hands.full);
            }
            if variant == 1 {
                SPARE.empty.iter().for_each(|it| {
                    pop(it);
                });
            }
        },
        variants: 2,
        state: || contents::<_, LENGTH>(|| LIST.pop(), Slot::index),
    };

    #[inline(always)]
    fn pop(place: &Held<Slot<'static, LENGTH>>) -> u64 {
        let popped = LIST.pop();
        let index = popped.as_ref().map(|slot| slot.index() as u64);
        popped.map(|popped| place.put(popped));
        answer(index)
    }

    #[inline(always)]
    fn give_back(place: &Held<Slot<'static, LENGTH>>) -> u64 {
        place.take().map_or(0, |slot| {
            drop(slot);
            1
        })
    }

    /// Makes an untagged head equal to the one that main has loaded.
    fn pop_pop_drop(hands: &'static Hands<Slot<'static, LENGTH>>) -> u64 {
        let [first, second] = &hands.empty;
        let popped = pop(first) << 8 | pop(second);
        give_back(first);
        popped
    }

    const fn handler<const PARTY: usize>() -> [Op; 3] {
        [
            Op::new("pop", || pop(&HANDS[PARTY].empty[0])),
            Op::new("drop", || give_back(&HANDS[PARTY].full)),
            Op::several("pop, pop, drop", || pop_pop_drop(&HANDS[PARTY])),
        ]
    }

    pub(super) const GROUP: Group = Group {
        main: &[
            Op::new("pop", || pop(&HANDS[0].empty[0])),
            Op::new("drop", || give_back(&HANDS[0].full)),
        ],
        handler: &handler::<1>(),
        second: &handler::<2>(),
        twins: &twins("pop", "drop"),
        ..Group::new("FreeList", SETTING)
    };
}

/// An index in raw form: its number is known to all parties.
mod raw {
    use super::*;
    use crate::planted::given_twice;

    static LIST: FreeList<1> = FreeList::new();
    static PLACES: [Held<Slot<'static, 1>>; 3] = [const { Held::new() }; 3];

    const SETTING: Setting = Setting {
        reset: |_, _| {
            PLACES.iter().for_each(|it| drop(it.take()));
            drop(LIST.from_raw(0));
            LIST.pop().map(Slot::into_raw);
        },
        variants: 1,
        state: || LIST.pop().is_some().into(),
    };

    #[inline(always)]
    fn from_raw(place: &Held<Slot<'static, 1>>) -> u64 {
        LIST.from_raw(0).map_or(0, |slot| {
            place.put(slot);
            1
        })
    }

    const fn handler<const PARTY: usize>() -> [Op; 2] {
        [
            Op::new("from_raw", || from_raw(&PLACES[PARTY])),
            Op::several("from_raw, into_raw", || {
                let got = from_raw(&PLACES[PARTY]);
                PLACES[PARTY].take().map(Slot::into_raw);
                got
            }),
        ]
    }

    pub(super) const GROUP: Group = Group {
        main: &[Op::new("from_raw", || from_raw(&PLACES[0]))],
        handler: &handler::<1>(),
        second: &handler::<2>(),
        twins: &[given_twice("from_raw")],
        ..Group::new("FreeList, raw", SETTING)
    };
}

mod boxes {
    use super::*;

    type Value = [u32; 2];
    type Box = Handle<'static, Value, LENGTH>;

    static POOL: Pool<Value, LENGTH> = Pool::new();
    static HANDS: [Hands<Box>; 3] = [const { Hands::new() }; 3];
    /// No party may take these.
    static SPARE: Hands<Box> = Hands::new();

    /// What party `n` writes into its boxes.
    const fn value(n: usize) -> Value {
        [n as u32 + 1, n as u32 + 11]
    }

    fn take() -> Option<Box> {
        POOL.try_alloc([0; 2]).ok()
    }

    /// The address of the first box; the boxes lie one behind the other.
    static FIRST: AtomicUsize = AtomicUsize::new(0);

    fn address(handle: &Box) -> usize {
        from_ref(&**handle).addr()
    }

    fn index(handle: &Box) -> usize {
        (address(handle) - FIRST.load(Relaxed)) / size_of::<Value>()
    }

    /// All boxes are free.
    fn find_first() {
        let all: [Option<Box>; LENGTH] = core::array::from_fn(|_| take());
        let first = all.iter().flatten().map(address).min();
        FIRST.store(first.unwrap_or_default(), Relaxed);
    }

    /// As for the free list.
    const SETTING: Setting = Setting {
        reset: |_, variant| {
            HANDS.iter().for_each(Hands::let_go);
            SPARE.let_go();
            find_first();
            in_order::<_, LENGTH>(take, index);
            for (n, hands) in HANDS.iter().enumerate() {
                alloc(&hands.full, value(n));
            }
            if variant == 1 {
                SPARE.empty.iter().for_each(|it| {
                    alloc(it, [0; 2]);
                });
            }
        },
        variants: 2,
        state: || contents::<_, LENGTH>(take, index) << 1 | u64::from(all_whole()),
    };

    /// Whether each party finds in its boxes what it wrote there.
    fn all_whole() -> bool {
        let whole =
            |n: usize, place: &Held<Box>| place.with(|handle| **handle == value(n)).unwrap_or(true);
        HANDS
            .iter()
            .enumerate()
            .all(|(n, it)| whole(n, &it.full) && it.empty.iter().all(|place| whole(n, place)))
    }

    #[inline(always)]
    fn alloc(place: &Held<Box>, value: Value) -> u64 {
        let handle = POOL.try_alloc(value);
        let index = handle.as_ref().ok().map(|it| index(it) as u64);
        handle.ok().map(|it| place.put(it));
        answer(index)
    }

    #[inline(always)]
    fn free(place: &Held<Box>) -> u64 {
        place.take().map_or(0, |handle| {
            let [low, high] = *handle;
            drop(handle);
            (high << 8 | low).into()
        })
    }

    fn alloc_alloc_free<const PARTY: usize>() -> u64 {
        let [first, second] = &HANDS[PARTY].empty;
        let got = alloc(first, value(PARTY)) << 8 | alloc(second, value(PARTY));
        free(first);
        got
    }

    const fn handler<const PARTY: usize>() -> [Op; 3] {
        [
            Op::new("try_alloc", || alloc(&HANDS[PARTY].empty[0], value(PARTY))),
            Op::new("drop", || free(&HANDS[PARTY].full)),
            Op::several("alloc, alloc, drop", alloc_alloc_free::<PARTY>),
        ]
    }

    pub(super) const GROUP: Group = Group {
        main: &[
            Op::new("try_alloc", || alloc(&HANDS[0].empty[0], value(0))),
            Op::new("drop", || free(&HANDS[0].full)),
        ],
        handler: &handler::<1>(),
        second: &handler::<2>(),
        twins: &twins("try_alloc", "drop"),
        ..Group::new("Pool", SETTING)
    };
}

/// The stack of indices without tags.
mod untagged {
    use super::*;
    use indivisible::atomic::AtomicUsize as Head;

    const END: usize = 4;

    static HEAD: Head = Head::new(0);
    static NEXT: [AtomicUsize; 4] = [const { AtomicUsize::new(0) }; 4];

    pub(super) const SETTING: Setting = Setting {
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

    pub(super) const fn take(of: &'static str) -> Twin {
        twin(
            of,
            Op::new("no tag", pop),
            Op::several("pop, pop, push", || {
                let (first, second) = (pop(), pop());
                push(first as usize);
                first << 8 | second
            }),
        )
    }

    /// The same by two interrupts.
    pub(super) const fn deep_take(of: &'static str) -> Twin {
        Twin {
            second: Some(Op::new("push", || push(0))),
            ..twin(
                of,
                Op::new("no tag, two interrupts", pop),
                Op::new("pop, pop", || pop() << 8 | pop()),
            )
        }
    }

    pub(super) const fn give_back(of: &'static str) -> Twin {
        twin(
            of,
            Op::new("published before it is linked", || {
                // An index that was never on the list of this landing.
                let old = HEAD.load(Relaxed);
                HEAD.store(3, Relaxed);
                NEXT[3].store(old, Relaxed);
                0
            }),
            Op::new("pop", pop),
        )
    }
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
            name: "another exchange came first",
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
