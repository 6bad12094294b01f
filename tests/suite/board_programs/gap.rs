//! A wake-up between the check and the sleep.

use super::{board, says};

const ROUNDS: u32 = 16;

#[test]
fn hand_written_code_sleeps_through_it_and_the_library_never_does() {
    let mut expected = Vec::new();
    for what in [
        "flag",
        "progress of many",
        "progress of one",
        "reason to stop",
    ] {
        for (who, slept) in [("by hand", ROUNDS), ("library", 0)] {
            expected.push(format!("{what}, {who}: slept through {slept} of {ROUNDS}"));
        }
    }
    // And the parker does sleep.
    expected.push(format!(
        "no wake-up: asleep until the timer in {ROUNDS} of {ROUNDS}"
    ));
    for name in ["microbit", "lm3s6965evb", "virt"] {
        let seen = says(board(name), "wake_in_the_gap", &["back-end"]);
        assert_eq!(seen, expected, "on {name}");
    }
}
