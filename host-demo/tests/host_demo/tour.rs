//! The tour, single scenarios, and the command line itself.

use crate::{
    process::{host_demo, run},
    terminal::{Terminal, has_colours},
};
use host_demo::party::Threads;
use rustix::process::Signal;
use scenarios::{Line, Scenario};

fn names() -> impl Iterator<Item = &'static str> {
    Scenario::<Threads>::ALL.iter().map(|it| it.name)
}

fn begun(transcript: &str) -> Vec<&str> {
    let begun = transcript.lines();
    begun
        .filter_map(|line| line.strip_prefix("scenario "))
        .collect()
}

#[test]
fn the_tour_runs_every_scenario_in_order_and_is_good() {
    let ended = run(&mut host_demo(&[]), b"");
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(begun(ended.text()).into_iter().eq(names()));
    assert_eq!(
        ended.text().matches("verdict good\n").count(),
        names().count()
    );
    assert!(
        names().all(|name| ended.stderr.contains(name)),
        "{}",
        ended.stderr
    );
}

#[test]
fn without_the_other_side_no_scenario_is_good() {
    let ended = run(&mut host_demo(&["--party", "absent"]), b"");
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(begun(ended.text()).into_iter().eq(names()));
    assert!(ended.text().contains("verdict bad\n"), "{ended:?}");
    assert!(ended.stderr.contains("bad"), "{}", ended.stderr);
}

#[test]
fn a_name_runs_that_scenario() {
    for name in names() {
        let ended = run(&mut host_demo(&[name]), b"");
        assert_eq!(ended.code, Some(0), "{ended:?}");
        assert_eq!(begun(ended.text()), [name]);
    }
}

#[test]
fn wrong_versions_and_no_others_give_another_value_than_the_right_one() {
    for scenario in Scenario::ALL {
        scenario.run(&Threads, &mut |line| {
            if let Line::Fact(fact) = line {
                let differs = fact.seen.to_string() != fact.right.to_string();
                assert_eq!(differs, fact.is_wrong_version, "{}: {fact}", scenario.name);
            }
        });
    }
}

#[test]
fn on_a_terminal_every_scenario_has_a_title_a_sentence_and_its_values() {
    let (shown, status) = Terminal::demo(&[], 80, ("NO_COLOR", "1")).end();
    assert!(status.success() && !shown.contains('\x1b'), "{shown}");
    assert!(has_colours(
        &Terminal::demo(&["aba"], 80, ("COLUMNS", "80")).end().0
    ));
    let lines: Vec<_> = shown.lines().collect();
    assert!(
        lines.iter().all(|line| line.chars().count() <= 80),
        "{shown}"
    );
    for scenario in Scenario::<Threads>::ALL {
        let at = lines.iter().position(|line| {
            let rest = line.strip_prefix(scenario.title);
            rest.is_some_and(|rest| rest.trim().is_empty() || rest.starts_with("  "))
        });
        let sentence = lines[at.unwrap_or_else(|| panic!("{}", scenario.name))..]
            .iter()
            .take(5);
        let sentence: Vec<_> = sentence.copied().collect();
        assert!(
            sentence.join(" ").contains(scenario.sentence),
            "{sentence:?}"
        );
    }
    assert!(
        lines
            .last()
            .unwrap()
            .contains("were wrong, as they must be")
    );
}

#[test]
fn on_a_terminal_the_wrong_value_stands_beside_the_expected_one() {
    let (shown, _) = Terminal::demo(&["compare-exchange"], 80, ("NO_COLOR", "1")).end();
    let header = shown
        .lines()
        .find(|line| line.contains("expected"))
        .unwrap();
    let columns = ["expected", "version", "version"];
    let mut at = 0;
    let ends = columns.map(|column| {
        at += header[at..].find(column).unwrap() + column.len();
        at
    });
    // The value that ends with the column.
    let value = |row: &str, end: usize| -> String {
        let row: String = row.chars().take(end).collect();
        let words = row.rsplit(' ').next().unwrap_or_default();
        if row.len() == end {
            words.to_owned()
        } else {
            String::new()
        }
    };
    let row = |what: &str| {
        let row = shown.lines().find(|line| line.contains(what)).unwrap();
        ends.map(|end| value(row, end))
    };
    assert_eq!(row("increments lost"), ["0", "1", ""]);
    assert_eq!(row("two increments by the weak"), ["2", "", "2"]);
}

#[test]
fn on_a_terminal_what_is_not_as_expected_is_told() {
    let args = ["--party", "absent", "compare-exchange"];
    let (shown, status) = Terminal::demo(&args, 80, ("NO_COLOR", "1")).end();
    assert_eq!(status.code(), Some(1), "{shown}");
    assert!(
        shown.contains("not as expected: wrong version: "),
        "{shown}"
    );
    assert!(
        shown.contains("Not as expected: compare-exchange."),
        "{shown}"
    );
}

#[test]
fn plain_is_the_protocol_on_a_terminal_as_well() {
    let (shown, status) = Terminal::demo(&["--plain", "aba"], 80, ("NO_COLOR", "1")).end();
    assert!(status.success());
    assert!(
        begun(&shown) == ["aba"] && shown.contains("\nverdict good\r\n"),
        "{shown}"
    );
}

#[test]
fn no_line_is_wider_than_80_columns() {
    for args in [
        &[][..],
        &["list"],
        &["--help"],
        &["live", "stop-flag", "--help"],
        &["checksum", "--help"],
    ] {
        let ended = run(&mut host_demo(args), b"");
        assert_eq!(ended.code, Some(0), "{ended:?}");
        let wide: Vec<_> = ended
            .text()
            .lines()
            .chain(ended.stderr.lines())
            .filter(|line| line.chars().count() > 80)
            .collect();
        assert!(wide.is_empty(), "{args:?}: {wide:#?}");
    }
}

#[test]
fn a_table_has_the_characters_of_its_locale() {
    let table = |locale| run(host_demo(&["aba"]).env("LC_ALL", locale), b"").stderr;
    assert!(table("C").is_ascii() && table("C").contains("aba"));
    assert!(!table("C.UTF-8").is_ascii());
}

#[test]
fn a_closed_standard_output_is_an_error() {
    let redirected = |to: &str| {
        let mut shell = std::process::Command::new("sh");
        let command = host_demo(&[]);
        shell
            .args(["-c", &format!("exec \"$0\" list {to}")])
            .arg(command.get_program());
        run(&mut shell, b"")
    };
    let ended = redirected(">&-");
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(
        ended.stderr.contains("standard output is closed"),
        "{ended:?}"
    );
    assert_eq!(redirected(">/dev/null").code, Some(0));
    assert_eq!(redirected("1<>/dev/null").code, Some(0));
}

#[test]
fn list_names_them_with_their_sections() {
    let ended = run(&mut host_demo(&["list"]), b"");
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(ended.text().lines().count(), names().count());
    for (line, scenario) in ended.text().lines().zip(Scenario::<Threads>::ALL) {
        assert!(line.starts_with(scenario.name) && line.ends_with(scenario.section));
    }
}

#[test]
fn an_unknown_name_is_refused_with_those_that_are_known() {
    let ended = run(&mut host_demo(&["compare-exchagne"]), b"");
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert!(
        names().all(|name| ended.stderr.contains(name)),
        "{}",
        ended.stderr
    );
    assert!(
        ended
            .stderr
            .contains("a similar value exists: 'compare-exchange'")
    );
}

#[test]
fn senseless_command_lines_are_refused() {
    for args in [
        &["--party", "absent", "list"][..],
        &["--party", "absent", "live", "stop-flag"],
        &["aba", "checksum", "f"],
        &["aba", "list"],
        &["--party", "unknown"],
        &["checksum"],
        &["checksum", "--workers", "0", "."],
        &["checksum", "--workers", "many", "."],
        &["live", "stop-flag", "--workers", "0"],
        &["live", "stop-flag", "--workers", "257"],
    ] {
        let ended = run(&mut host_demo(args), b"");
        assert_eq!(ended.code, Some(2), "{args:?}: {ended:?}");
        assert!(ended.stdout.is_empty(), "{args:?}: {ended:?}");
    }
}

#[test]
fn no_workers_are_refused_by_a_sentence() {
    for args in [
        &["checksum", "--workers", "0", "."][..],
        &["live", "stop-flag", "--workers", "0"],
    ] {
        let ended = run(&mut host_demo(args), b"");
        assert!(
            ended.stderr.contains("at least one worker is needed"),
            "{ended:?}"
        );
    }
}

#[test]
fn running_out_of_ids_aborts() {
    let ended = run(&mut host_demo(&["abort"]), b"");
    assert_eq!(ended.text(), "id 0\nid 1\nid 2\n");
    assert_eq!(ended.signal, Some(Signal::ABORT.as_raw()), "{ended:?}");
}
