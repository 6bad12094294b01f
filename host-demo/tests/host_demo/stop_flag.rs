//! `live stop-flag`, fed by a pipe.

use crate::process::{Ended, Process, host_demo, run};

fn stopped(ended: &Ended, by: &str, workers: usize) {
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let text = ended.text();
    let mut lines = text.lines().rev();
    let seen = lines.next().unwrap_or_default();
    assert!(
        seen.starts_with("seen by all ") && seen.ends_with(" after the request"),
        "{seen}"
    );
    let last = lines.next().unwrap_or_default();
    let (who, counts) = last.split_once(": ").expect("a last line with counts");
    assert_eq!(who, format!("stopped by {by}"));
    let numbers: Vec<usize> = counts
        .split(' ')
        .filter_map(|word| word.parse().ok())
        .collect();
    let [all, late] = numbers[..] else {
        panic!("no two numbers in {last:?}")
    };
    assert!(late <= workers && late <= all, "{last}");
}

#[test]
fn commands_are_answered_until_stop() {
    let input = b"help\n\nst\xf6p \"now\"\r\nhalt\nstop\nhelp\n";
    let ended = run(&mut host_demo(&["live", "stop-flag", "--fast"]), input);
    stopped(&ended, "command", 1);
    let lines: Vec<_> = ended.text().lines().collect();
    let expected = [
        "working; try help, or stop",
        "commands: help, stop",
        r#"unknown command: "st\xf6p \"now\""; try help"#,
        r#"unknown command: "halt"; try help"#,
    ];
    assert_eq!(lines[..lines.len() - 2], expected); // the two last are `stopped`
}

#[test]
fn the_end_of_input_stops_too() {
    let ended = run(&mut host_demo(&["live", "stop-flag", "--fast"]), b"help\n");
    stopped(&ended, "end of input", 1);
}

#[test]
fn a_last_line_without_an_end_counts() {
    stopped(
        &run(&mut host_demo(&["live", "stop-flag", "--fast"]), b"stop"),
        "command",
        1,
    );
}

#[test]
fn a_long_line_is_reported_and_skipped() {
    let input = [&b"stop".repeat(2_500)[..], b"\nstop\n"].concat();
    let ended = run(&mut host_demo(&["live", "stop-flag", "--fast"]), &input);
    stopped(&ended, "command", 1);
    assert!(
        ended.text().contains("line of more than 80 bytes ignored"),
        "{ended:?}"
    );
}

#[test]
fn ctrl_c_stops_too() {
    let mut command = host_demo(&["live", "stop-flag", "--fast", "--workers", "4"]);
    let mut process = Process::start(&mut command);
    // By then, the handler is set.
    assert!(process.prints("working;"));
    process.interrupt();
    stopped(&process.wait(), "Ctrl-C", 4);
}

#[test]
fn at_most_one_item_per_worker_begins_after_the_request() {
    for round in 0..40 {
        let workers = 1 + round % 2;
        let mut command = host_demo(&[
            "live",
            "stop-flag",
            "--fast",
            "--workers",
            &workers.to_string(),
        ]);
        let mut process = Process::start(&mut command);
        // The workers are under way before the stop: each answer was awaited.
        for word in 0..=round {
            process.type_in(format!("{word}\n").as_bytes());
            assert!(process.prints(&format!("\"{word}\"")), "{round}");
        }
        process.type_in(b"stop\n");
        stopped(&process.end(), "command", workers);
    }
}
