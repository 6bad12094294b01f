//! The examples for the frameworks print what they should.

use super::{board, says};

#[test]
fn a_bare_handler_publishes() {
    for name in ["microbit", "lm3s6965evb"] {
        let seen = says(board(name), "latest_bare", &["back-end"]);
        assert_eq!(
            seen,
            [
                "1000 ticks, their sum 500500",
                "every pair whole: true",
                "a second writer: false",
            ],
            "on {name}"
        );
    }
}

#[test]
fn an_rtic_task_publishes() {
    let seen = says(board("lm3s6965evb"), "latest_rtic", &["rtic"]);
    assert_eq!(seen, ["1000 ticks", "every pair whole: true"]);
}

/// One poll when a task starts, and one for each step.
#[test]
fn two_embassy_tasks_await_one_progress_and_a_third_is_refused() {
    let mut seen = says(board("microbit"), "progress_embassy", &["embassy"]);
    seen.sort();
    assert_eq!(
        seen,
        [
            "10 of 10 done, after 11 polls",
            "10 of 10 done, after 11 polls",
            "refused: TooManyWaiters, after 1 polls",
        ]
    );
}

#[test]
fn a_planted_busy_poll_is_counted() {
    let features = ["embassy", "busy-poll"];
    let seen = says(board("microbit"), "progress_embassy", &features);
    let polls = seen.iter().filter_map(|message| {
        let (_, polls) = message.strip_suffix(" polls")?.rsplit_once(' ')?;
        polls.parse::<u32>().ok()
    });
    let busy = polls.filter(|polls| *polls > 1_000).count();
    assert_eq!(busy, 2, "{seen:?}");
}
