//! Two cores: the scenarios report the same in every interleaving, and the cores do run at once.

use super::{build, run, transcripts::faults};
use runner::qemu::{End, Machine};

fn board() -> &'static Machine {
    Machine::named("mps2-an521").unwrap()
}

#[test]
fn every_run_reports_the_recorded_facts() {
    let elf = build(board(), "embedded-demo", &[]);
    for _ in 0..10 {
        let ran = run(board(), &elf, None, b"");
        assert_eq!(faults(&ran, board().name), [""; 0]);
    }
}

/// The wrong counters are the planted bug: on cores that take turns, no update would be lost.
#[test]
fn only_the_wrong_counters_lose_updates() {
    let elf = build(board(), "lost-updates", &[]);
    for _ in 0..5 {
        let ran = run(board(), &elf, None, b"");
        assert_eq!(ran.end, End::Exit(0), "{:?}", ran.log);
        let lost = |by: &str| {
            let [lost] = ran.numbers(by).collect::<Vec<_>>()[..] else {
                panic!("{by}: {:?}", ran.log);
            };
            lost
        };
        for exact in ["lost by fetch_add", "lost in critical sections"] {
            assert_eq!(lost(exact), 0, "{exact}");
        }
        for wrong in ["lost with interrupts masked", "lost by load and store"] {
            assert!(lost(wrong) > 0, "{wrong}");
        }
    }
}

#[test]
fn a_program_for_interrupts_says_that_it_is_none_for_cores() {
    let ran = run(board(), &build(board(), "stop-flag", &[]), None, b"stop\n");
    assert_eq!(ran.end, End::Exit(1));
    assert_eq!(
        ran.messages(),
        ["this program is for the boards with one core"]
    );
}
