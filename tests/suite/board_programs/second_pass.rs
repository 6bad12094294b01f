//! A waiter stores in its first pass only: on some cores an exclusive store sets the event register, so that
//! WFE would never sleep.

use super::{board, says};

/// The Cortex-M3 has the exclusive stores of Armv8-M, but not its events.
#[test]
fn a_second_pass_only_loads() {
    let seen = says(board("lm3s6965evb"), "second_pass", &["armv7m"]);
    assert_eq!(
        seen,
        [
            "first pass, writable: [0, 0, 0] faults",
            "second pass, read-only: [0, 0, 0] faults",
            "planted: 1 faults",
        ]
    );
}
