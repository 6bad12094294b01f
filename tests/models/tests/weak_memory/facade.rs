//! The atomic types: the ordering of a change in either mode.

use indivisible::{
    atomic::{
        AtomicU32, AtomicU64,
        Ordering::{Acquire, Relaxed, Release},
    },
    stats::Stats,
};
use loom::sync::atomic::AtomicU32 as Plain;
use models::weak::Model;

fn words() -> (AtomicU32, Plain) {
    (AtomicU32::new(0), Plain::new(0))
}

/// Rule 1 of the facade. A single instruction loses no store; loom orders two stores of one word only by
/// happens-before.
#[cfg(indivisible_force_sections)]
#[test]
fn a_store_is_not_lost_in_a_change() {
    Model::new("words: store(10) | fetch_add(1)", || AtomicU32::new(0))
        .actor(|word| {
            word.store(10, Relaxed);
            ""
        })
        .actor(|word| {
            word.fetch_add(1, Relaxed);
            ""
        })
        .last(|word| word.load(Relaxed))
        .check(&["10", "11"], [21, 19]);
}

/// Two halves, in section mode: no load returns halves of two values.
#[test]
fn sixty_four_bits_are_one_word() {
    const BOTH: u64 = 1 << 40 | 1;
    Model::new("words: fetch_add of 64 bits | load", || AtomicU64::new(0))
        .actor(|word| {
            word.fetch_add(BOTH, Relaxed);
            ""
        })
        .actor(|word| {
            let seen = word.load(Relaxed);
            format!("{} and {}", seen >> 40, seen & 0xff)
        })
        .check(&["0 and 0", "1 and 1"], [2, 2]);
}

#[test]
fn an_update_retries_after_a_failed_exchange() {
    Model::new("words: update(+1) | fetch_add(10)", || AtomicU32::new(0))
        .actor(|word| {
            word.update(Relaxed, Relaxed, |old| old + 1);
            ""
        })
        .actor(|word| {
            word.fetch_add(10, Relaxed);
            ""
        })
        .last(|word| word.swap(0, Relaxed))
        .check(&["11"], [2, 2]);
}

#[test]
fn an_acquire_load_of_the_second_release_change_synchronizes_with_both() {
    Model::new(
        "words: store, add(1, Release) | add(1, Release) | load",
        words,
    )
    .actor(|(word, before)| {
        before.store(1, Relaxed);
        word.fetch_add(1, Release);
        ""
    })
    .actor(|(word, _)| {
        word.fetch_add(1, Release);
        ""
    })
    .actor(|(word, before)| {
        let sum = word.load(Acquire);
        let before = before.load(Relaxed);
        if sum == 2 {
            format!("2 after {before}")
        } else {
            String::new()
        }
    })
    .check(&["", "2 after 1"], [6_800, 4_500]);
}

/// Documented in `atomic`: the change of a critical section is a plain store, which ends a release sequence
/// that a native change continues.
#[test]
fn a_relaxed_change_hides_the_one_before_in_a_section_only() {
    let outcomes = ["", "2 after 1", "2 after 0"];
    let hidden = usize::from(cfg!(indivisible_force_sections));
    Model::new(
        "words: store, add(1, Release) | add(1, Relaxed) | load",
        words,
    )
    .actor(|(word, before)| {
        before.store(1, Relaxed);
        word.fetch_add(1, Release);
        ""
    })
    .actor(|(word, _)| {
        word.fetch_add(1, Relaxed);
        ""
    })
    .actor(|(word, before)| {
        let sum = word.load(Acquire);
        let before = before.load(Relaxed);
        if sum == 2 {
            format!("2 after {before}")
        } else {
            String::new()
        }
    })
    .check(&outcomes[..2 + hidden], [6_800, 4_700]);
}

/// A maximum that stays is not stored in section mode. A later change is ordered after it nevertheless.
#[test]
fn a_maximum_that_stays_releases_to_the_next_change() {
    Model::new("words: store, max(0, Release) | swap(2, Acquire)", words)
        .actor(|(word, before)| {
            before.store(1, Relaxed);
            match word.fetch_max(0, Release) {
                0 => "first",
                _ => "second",
            }
        })
        .actor(|(word, before)| {
            word.swap(2, Acquire);
            before.load(Relaxed)
        })
        .check(&["first, 1", "second, 0", "second, 1"], [3, 3]);
}

/// In section mode a snapshot of 64 bits is a section with three in it.
#[test]
fn a_section_may_be_in_a_section() {
    let whole = ["0 of 0", "10 of 1"];
    let torn = ["0 of 1", "10 of 0"];
    let outcomes = if cfg!(indivisible_force_sections) {
        whole.to_vec()
    } else {
        [whole, torn].concat()
    };
    Model::new("Stats<u64>: record | snapshot", Stats::<u64>::new)
        .actor(|stats| {
            stats.record(10);
            ""
        })
        .actor(|stats| {
            let seen = stats.snapshot();
            format!("{} of {}", seen.total, seen.count)
        })
        .check(&outcomes, [380, 21]);
}
