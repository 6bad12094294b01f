//! The wake-up between the look and the sleep.

use super::{board, says};

const ROUNDS: u32 = 16;

#[test]
fn what_is_written_by_hand_sleeps_through_it_and_the_library_never_does() {
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
    // And it does sleep.
    expected.push(format!(
        "nobody wakes: asleep until the timer in {ROUNDS} of {ROUNDS}"
    ));
    for name in ["microbit", "lm3s6965evb", "virt"] {
        let seen = says(board(name), "wake_in_the_gap", &["tier2"]);
        assert_eq!(seen, expected, "on {name}");
    }
}
