//! `OnceWord`: the first value wins.

use core::num::NonZero;
use indivisible::race::OnceWord;
use models::explorer::{Log, Model};

type Once = OnceWord<NonZero<u32>>;

#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Event {
    /// The actor's own value, and the winner.
    Init(u32, u32),
    Set(u32, Result<(), u32>),
    Get(u32),
}

/// 0 for none.
fn accepts(value: &mut u32, event: &Event) -> bool {
    let mut set = |mine: u32| {
        let before = *value;
        if before == 0 {
            *value = mine;
        }
        before
    };
    match *event {
        Event::Init(mine, seen) => [set(mine), mine].contains(&seen) && seen == *value,
        Event::Set(mine, result) => match set(mine) {
            0 => result == Ok(()),
            winner => result == Err(winner),
        },
        Event::Get(seen) => seen == *value,
    }
}

fn init<const MINE: u32>(once: &Once, log: &Log<Event>) {
    let mine = NonZero::<u32>::MIN.saturating_add(MINE - 1);
    log.call(|| Event::Init(MINE, once.get_or_init(|| mine).get()));
}

fn set<const MINE: u32>(once: &Once, log: &Log<Event>) {
    let mine = NonZero::<u32>::MIN.saturating_add(MINE - 1);
    log.call(|| Event::Set(MINE, once.set(mine).map_err(|it| it.current.get())));
}

fn get(once: &Once, log: &Log<Event>) {
    log.call(|| Event::Get(once.get().map_or(0, NonZero::get)));
}

#[test]
fn three_initialize_and_one_reads_twice() {
    Model::new(
        "OnceWord: get_or_init | get_or_init | get_or_init | get, get",
        Once::new,
    )
    .actor(init::<1>)
    .actor(init::<2>)
    .actor(init::<3>)
    .actor(|once, log| {
        get(once, log);
        get(once, log);
    })
    .check(&0, accepts)
    .expect_at_least(9, [1_200, 9_000]);
}

#[test]
fn one_sets_and_another_initializes() {
    Model::new(
        "OnceWord: set, set | get_or_init, get_or_init | get",
        Once::new,
    )
    .actor(|once, log| {
        set::<1>(once, log);
        set::<2>(once, log);
    })
    .actor(|once, log| {
        init::<3>(once, log);
        init::<4>(once, log);
    })
    .actor(get)
    .check(&0, accepts)
    .expect_at_least(4, [40, 170]);
}
