//! The 64-bit atomic that hangs when an interrupt shares it, and the library's, which does not.

use super::{Ran, board, build, run_within, says};
use core::time::Duration;
use runner::qemu::End;

/// In real time; a run that ends takes a fraction of it.
const LIMIT: Duration = Duration::from_secs(3);

#[test]
fn the_raw_type_hangs_in_the_race_and_only_there() {
    let board = board("lm3s6965evb");
    let elf = build(board, "wide_raw", &["fallback"]);
    let messages = [
        "64 bits are lock-free: false",
        "main alone: exact true",
        "main and SysTick from now on",
    ];
    let hung = Ran {
        end: End::TimedOut(LIMIT),
        messages: messages.map(str::to_owned).to_vec(),
    };
    assert_eq!(run_within(LIMIT, board, &elf), hung);
}

#[test]
fn the_library_finishes_the_same_work_and_is_exact() {
    let seen = says(board("lm3s6965evb"), "wide_exact", &["back-end"]);
    assert_eq!(
        seen,
        [
            "main and SysTick from now on",
            "finished: exact true, torn 0",
            "more than 100 ticks: true",
        ]
    );
}
