//! The tour, single scenarios, and the command line itself.

use crate::process::{host_demo, run};
use host_demo::party::Threads;
use rustix::process::Signal;
use scenarios::Scenario;

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
fn with_nobody_no_scenario_is_good() {
    let ended = run(&mut host_demo(&["--party", "nobody"]), b"");
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(begun(ended.text()).into_iter().eq(names()));
    assert!(ended.text().contains("verdict bad\n"), "{ended:?}");
    assert!(ended.stderr.contains("bad"), "{}", ended.stderr);
}

#[test]
fn a_name_runs_that_scenario() {
    for name in names().filter(|name| *name != "stop-flag") {
        let ended = run(&mut host_demo(&[name]), b"");
        assert_eq!(ended.code, Some(0), "{ended:?}");
        assert_eq!(begun(ended.text()), [name]);
    }
}

#[test]
fn stop_flag_is_a_scenario_when_a_party_is_named() {
    let ended = run(&mut host_demo(&["--party", "threads", "stop-flag"]), b"");
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(begun(ended.text()), ["stop-flag"]);
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
        &["--party", "nobody", "list"][..],
        &["--party", "somebody"],
        &["checksum"],
        &["checksum", "--workers", "0", "."],
        &["checksum", "--workers", "many", "."],
        &["stop-flag", "--workers", "0"],
    ] {
        let ended = run(&mut host_demo(args), b"");
        assert_eq!(ended.code, Some(2), "{args:?}: {ended:?}");
        assert!(ended.stdout.is_empty(), "{args:?}: {ended:?}");
    }
}

#[test]
fn running_out_of_ids_aborts() {
    let ended = run(&mut host_demo(&["abort"]), b"");
    assert_eq!(ended.text(), "id 0\nid 1\nid 2\n");
    assert_eq!(ended.signal, Some(Signal::ABORT.as_raw()), "{ended:?}");
}
