//! Every scenario with interrupts reports its recorded facts.

use super::{COUNTED, Ran, boards, build, run};
use integration_tests::transcript::Transcripts;
use runner::{protocol::Transcript, qemu::End};
use scenarios::Scenario;

fn transcript(ran: &Ran) -> Transcript {
    let mut transcript = Transcript::default();
    for message in ran.messages() {
        transcript.push(message);
    }
    transcript.finish();
    transcript
}

/// Every difference from the recorded reports.
pub(super) fn faults(ran: &Ran, board: &str) -> Vec<String> {
    let transcript = transcript(ran);
    let mut faults = transcript.faults;
    if ran.end != End::Exit(0) {
        faults.push(ran.end.to_string());
    }
    let names: Vec<_> = transcript
        .reports
        .iter()
        .map(|report| report.scenario.as_str())
        .collect();
    let expected = Scenario::<host_demo::party::Threads>::ALL
        .iter()
        .map(|it| it.name);
    if !names.iter().copied().eq(expected) {
        faults.push(format!("the scenarios are {names:?}"));
    }
    let known = Transcripts::of_repository();
    for report in &transcript.reports {
        if !report.ok {
            faults.push(format!("{} is bad: {:?}", report.scenario, report.wrong));
        }
        let seen = known.check(&report.scenario, board, &report.facts, &report.platform);
        faults.extend(seen.err());
    }
    faults
}

#[test]
fn every_scenario_reports_its_recorded_facts() {
    for board in boards() {
        let ran = run(board, &build(board, "embedded-demo", &[]), COUNTED, b"");
        assert_eq!(faults(&ran, board.name), [""; 0], "{}", board.name);
    }
}

#[test]
fn two_runs_are_the_same_to_the_tick() {
    for board in boards() {
        let elf = build(board, "embedded-demo", &[]);
        let [first, second] = [(); 2].map(|()| run(board, &elf, COUNTED, b""));
        assert_eq!(first, second);
        assert!(
            first.log.iter().any(|line| line.time != first.log[0].time),
            "time passes"
        );
    }
}

#[test]
fn interrupts_at_any_time_give_the_same_facts() {
    for board in boards() {
        let elf = build(board, "embedded-demo", &[]);
        for _ in 0..5 {
            let ran = run(board, &elf, None, b"");
            assert_eq!(faults(&ran, board.name), [""; 0], "{}", board.name);
        }
    }
}

#[test]
fn every_planted_fault_is_found() {
    // The change to the first line that begins with the word.
    type Plant = (&'static str, fn(&mut Ran, usize));
    const PLANTS: [Plant; 5] = [
        ("fact", |ran, at| ran.log[at].message.push('x')),
        ("verdict", |ran, at| {
            ran.log[at].message = "verdict bad".into();
        }),
        ("platform", |ran, at| drop(ran.log.remove(at))),
        ("scenario aba", |ran, at| ran.log.truncate(at)),
        ("scenario", |ran, _| ran.end = End::Exit(1)),
    ];
    let board = boards().next().unwrap();
    let elf = build(board, "embedded-demo", &[]);
    for (begin, plant) in PLANTS {
        let mut ran = run(board, &elf, COUNTED, b"");
        let mut messages = ran.messages().into_iter();
        let at = messages.position(|it| it.starts_with(begin)).unwrap();
        plant(&mut ran, at);
        assert_eq!(faults(&ran, board.name).len(), 1, "{begin}");
    }
}

/// The level `ERROR` is for errors, and every line has its place in the source.
#[test]
fn a_good_run_logs_no_error() {
    let board = boards().next().unwrap();
    let ran = run(board, &build(board, "embedded-demo", &[]), COUNTED, b"");
    assert!(ran.log.iter().all(|line| line.level == "INFO"));
    assert!(
        ran.log
            .iter()
            .all(|line| line.location.starts_with("embedded-demo/src/"))
    );
}
