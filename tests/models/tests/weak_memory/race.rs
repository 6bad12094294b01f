//! `OnceWord` and `RacyOnce` of references: writes before the store are visible after the load.

use indivisible::race::{OnceWord, RacyOnce};
use loom::sync::atomic::{AtomicU32, Ordering::Relaxed};
use models::weak::{Model, leak};

/// Written by an actor; only the publication of the reference orders the store.
fn made(value: u32) -> &'static AtomicU32 {
    let word: &AtomicU32 = leak(AtomicU32::new(0));
    word.store(value, Relaxed);
    word
}

fn read(word: &AtomicU32) -> String {
    word.load(Relaxed).to_string()
}

fn read_if(word: Option<&AtomicU32>) -> String {
    word.map_or_else(|| "none".to_owned(), read)
}

#[test]
fn all_callers_get_the_winner_and_see_its_target() {
    Model::new(
        "OnceWord: get_or_init | get_or_init | get",
        OnceWord::<&AtomicU32>::new,
    )
    .actor(|once| read(once.get_or_init(|| made(1))))
    .actor(|once| read(once.get_or_init(|| made(2))))
    .actor(|once| read_if(once.get()))
    .check(
        &["1, 1, none", "1, 1, 1", "2, 2, none", "2, 2, 2"],
        [2_500, 2_000],
    );
}

#[test]
fn a_refused_set_sees_the_target_of_the_winner() {
    let set = |once: &OnceWord<&'static AtomicU32>, value| {
        let lost = once.set(made(value)).err();
        lost.map_or_else(|| "won".to_owned(), |it| read(it.current))
    };
    Model::new("OnceWord: set | set", OnceWord::new)
        .actor(move |once| set(once, 1))
        .actor(move |once| set(once, 2))
        .check(&["won, 1", "2, won"], [14, 19]);
}

#[test]
fn a_racy_reference_publishes_its_target() {
    Model::new(
        "RacyOnce: get_or_init | get_or_init | get",
        RacyOnce::<&AtomicU32>::new,
    )
    .actor(|lazy| read(lazy.get_or_init(|| made(7))))
    .actor(|lazy| read(lazy.get_or_init(|| made(7))))
    .actor(|lazy| read_if(lazy.get()))
    .check(&["7, 7, none", "7, 7, 7"], [2_800, 2_800]);
}
