//! `live`, on a pipe and on a terminal: what each view shows must have happened in its run.

use rustix::process::Signal;

use crate::{
    process::{Ended, Process, host_demo, run},
    terminal::{Terminal, has_colours, screen},
};

/// The views that end by themselves, with a line of their end.
const VIEWS: [(&str, &str); 5] = [
    ("progress", "Working.. 100/100 done"),
    ("unpark", "Working.. 100/100 done"),
    ("statistics", "Working.. 100/100 done"),
    ("ids", "Working.. 264/264 done"),
    ("lazy", "Working.. 8/8 done"),
];

const ALL: [&str; 6] = [
    "stop-flag",
    "progress",
    "unpark",
    "statistics",
    "ids",
    "lazy",
];

/// A run at the speed of a test, on a pipe.
fn fast(view: &str) -> Ended {
    let ended = run(&mut host_demo(&["live", view, "--fast"]), b"");
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(!ended.stdout.contains(&b'\x1b'), "{ended:?}");
    let wide = |line: &&str| line.chars().count() > 80;
    assert_eq!(ended.text().lines().find(wide), None);
    ended
}

/// The numbers in a line.
fn numbers(line: &str) -> Vec<u32> {
    line.split(|it: char| !it.is_ascii_digit())
        .filter_map(|digits| digits.parse().ok())
        .collect()
}

/// The steps done, of each report.
fn done(text: &str) -> Vec<u32> {
    let reports = text
        .lines()
        .filter_map(|line| line.strip_prefix("Working.. "));
    reports.map(|rest| numbers(rest)[0]).collect()
}

#[test]
fn live_alone_lists_the_views() {
    let ended = run(&mut host_demo(&["live"]), b"");
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let listed: Vec<_> = ended.text().lines().collect();
    assert_eq!(listed.len(), ALL.len(), "{listed:?}");
    for (line, view) in listed.iter().zip(ALL) {
        let sentence = line.strip_prefix(view).unwrap().trim_start();
        assert!(sentence.split(' ').count() > 3, "{line}");
        assert!(line.len() <= 80, "{line}");
    }
}

#[test]
fn an_unknown_view_is_refused_with_those_that_are_known() {
    let ended = run(&mut host_demo(&["live", "progres"]), b"");
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert!(
        ended
            .stderr
            .contains("a similar subcommand exists: 'progress'")
    );
    let list = run(&mut host_demo(&["live"]), b"");
    assert!(ended.stderr.contains(list.text()), "{ended:?}");
}

#[test]
fn progress_counts_up_to_the_end() {
    for view in ["progress", "unpark"] {
        let ended = fast(view);
        let done = done(ended.text());
        // The first report may come late: then it is of the items that are done by then.
        assert!(done.is_sorted(), "{done:?}");
        assert_eq!(done.last(), Some(&100));
        let last = ended.text().lines().last().unwrap();
        assert!(last.starts_with("Done! Main slept "), "{last}");
        // It has slept once before each report but the first.
        assert_eq!(numbers(last)[0] as usize, done.len() - 1, "{last}");
    }
}

#[test]
fn readings_of_three_words_are_torn_and_those_of_the_library_are_not() {
    let ended = fast("statistics");
    assert!(done(ended.text()).is_sorted());
    let torn = |name: &str| -> Vec<(u32, u32)> {
        let lines = ended
            .text()
            .lines()
            .filter_map(|line| line.trim_start().strip_prefix(name));
        let readings = lines.map(|line| numbers(line.rsplit_once(';').unwrap().1));
        readings.map(|it| (it[0], it[1])).collect()
    };
    let (words, exact) = (torn("three words"), torn("ShardedStats"));
    assert!(words.is_sorted() && words.len() == exact.len());
    assert!(exact.iter().all(|(torn, _)| *torn == 0), "{exact:?}");
    let (torn, all) = *words.last().unwrap();
    assert!(0 < torn && torn < all, "{torn} of {all}");
    let last = ended.text().lines().last().unwrap();
    assert_eq!(numbers(last), [all, torn, 0], "{last}");
}

#[test]
fn an_id_that_is_handed_out_twice_has_two_owners() {
    let ended = fast("ids");
    let twice = ended
        .text()
        .lines()
        .filter_map(|line| line.strip_prefix("add, then check: ID "));
    let mut ids = Vec::new();
    for line in twice {
        let [id, thread, call, other_thread, other_call] = numbers(line)[..] else {
            panic!("{line}");
        };
        assert!((1..=4).contains(&thread) && (1..=4).contains(&other_thread));
        assert!(0 < call && call < other_call && other_call <= 264, "{line}");
        ids.push(id);
    }
    ids.sort_unstable();
    assert_eq!(ids, [0, 1, 2, 3, 4, 5, 6, 7]);
    let last: Vec<_> = ended.text().lines().rev().take(2).map(numbers).collect();
    assert_eq!(last, [[100, 164, 0], [108, 156, 8]]);
}

#[test]
fn two_threads_have_two_keys_or_one() {
    let ended = fast("lazy");
    let rounds = ended
        .text()
        .lines()
        .filter_map(|line| line.strip_prefix("round "));
    let mut count = 0;
    for line in rounds {
        let words: Vec<_> = line.split_whitespace().collect();
        let [_, first, second, "2", "keys", third, fourth, "1", "key"] = words[..] else {
            panic!("{line}");
        };
        assert!(first != second && third == fourth, "{line}");
        count += 1;
    }
    assert_eq!(count, 8);
    let last = ended.text().lines().last().unwrap();
    assert_eq!(numbers(last), [8, 8, 0], "{last}");
}

#[test]
fn a_terminal_shows_one_picture_whatever_its_width() {
    for (view, end) in VIEWS {
        for columns in [20, 80, 120] {
            let args = ["live", view, "--fast"];
            let (shown, status) = Terminal::demo(&args, columns, ("NO_COLOR", "1")).end();
            assert!(status.success(), "{view}: {shown}");
            let screen = screen(&shown, columns);
            assert_eq!(screen.matches("Working..").count(), 1, "{view}:\n{screen}");
            assert!(screen.replace('\n', "").contains(end), "{view}:\n{screen}");
        }
    }
}

#[test]
fn colours_are_shown_unless_the_environment_asks_for_none() {
    for (view, _) in VIEWS {
        let args = ["live", view, "--fast"];
        let shown = |environment| Terminal::demo(&args, 80, environment).end().0;
        assert!(has_colours(&shown(("COLUMNS", "80"))), "{view}");
        assert!(!has_colours(&shown(("NO_COLOR", "1"))), "{view}");
    }
}

#[test]
fn plain_is_lines_on_a_terminal_as_well() {
    for (view, end) in VIEWS {
        let args = ["live", view, "--fast", "--plain"];
        let (shown, status) = Terminal::demo(&args, 80, ("COLUMNS", "80")).end();
        assert!(status.success() && !shown.contains('\x1b'), "{shown:?}");
        assert!(shown.contains(&format!("{end}\r\n")), "{view}: {shown}");
    }
}

#[test]
fn a_dumb_terminal_gets_lines() {
    let args = ["live", "progress", "--fast"];
    let (shown, status) = Terminal::demo(&args, 80, ("TERM", "dumb")).end();
    assert!(status.success() && !shown.contains('\x1b'), "{shown:?}");
    assert!(shown.contains("Working.. 100/100 done\r\n"), "{shown}");
}

#[test]
fn a_signal_ends_a_view_after_the_items_under_way() {
    for (view, end) in VIEWS {
        for (signal, name, code) in [(Signal::INT, "Ctrl-C", 130), (Signal::TERM, "SIGTERM", 143)] {
            let mut process = Process::start(&mut host_demo(&["live", view]));
            assert!(process.prints("Working.. 0/"), "{view}");
            process.signal(signal);
            let ended = process.wait();
            assert_eq!(ended.code, Some(code), "{ended:?}");
            let last = ended.text().lines().last().unwrap();
            assert_eq!(last, format!("stopped by {name}"), "{view}");
            assert!(!ended.text().contains(end), "{view}: {ended:?}");
        }
    }
}

#[test]
fn a_closed_pipe_ends_a_view() {
    for (view, _) in VIEWS {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = host_demo(&["live", view, "--fast"]);
        let ended = Process::start_with(&mut command, writer.into()).wait();
        assert_eq!(ended.code, Some(128 + 13), "{view}: {ended:?}");
    }
}

#[test]
fn the_prompt_counts_items() {
    let mut run = Terminal::demo(&["live", "stop-flag"], 80, ("NO_COLOR", "1"));
    assert!(run.shows(" items> "));
    run.type_in("help\n");
    assert!(run.shows("commands: help, stop\r\n"));
    run.type_in("\x03");
    let (shown, status) = run.end();
    assert!(status.success(), "{shown}");
    let screen = screen(&shown, 80);
    assert!(screen.starts_with("Stop flag: "), "{screen}");
    assert!(screen.contains("\nstopped by Ctrl-C: "), "{screen}");
}
