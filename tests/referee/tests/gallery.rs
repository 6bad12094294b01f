//! What fails in the gallery of published crates fails in QEMU, too, at the same instructions and with the same answers.
//!
//! It downloads the crates, so it is run by name: `cargo test -p referee --features gallery --test gallery`.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use interloper::landings::{Build, End, Table};
use referee::{Arm, Board, Count, Extent, Pace, Referee, Riscv};
use runner::toolchain;

/// The pairs of a table that fail.
type Failing = BTreeMap<String, Count>;

/// Repeats every failing run of a table, instruction by instruction, and prints how many agree.
fn confirmed(table: &str) -> Failing {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../interloper/gallery");
    let scratch = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let table = Table::read(Path::new(table), &dir, &scratch, Some(toolchain::rustc())).unwrap();
    let mut failing = Failing::new();
    for build in table.builds().unwrap() {
        if build.target().starts_with("riscv") {
            confirm::<Riscv>(&table, &build, &mut failing);
        } else {
            confirm::<Arm>(&table, &build, &mut failing);
        }
    }
    failing
}

fn confirm<B: Board>(table: &Table, build: &Build, failing: &mut Failing) {
    let mut referee = Referee::<B>::new(table, build).unwrap();
    for parties in referee.firmware().pairs() {
        let mut bout = referee.bout(&parties).unwrap();
        let runs = bout.runs(Extent::All);
        let wrong = runs.iter().filter(|(_, run)| match run.end {
            End::Returned => !run.explained.contains(&true),
            End::Stopped(_) => true,
            End::Asleep => false,
        });
        let wrong: Vec<_> = wrong.collect();
        for (before, run) in &wrong {
            let name = format!("{} x {}", parties.main, parties.handlers[0]);
            let name = format!("{}::{name}", parties.object);
            let count = bout.repeat(*before, run, Pace::Steps);
            let count = count.unwrap_or_else(|error| panic!("{name}: {error:#}"));
            *failing.entry(name).or_default() += count;
        }
        if let Some((before, run)) = wrong.first() {
            println!(
                "{}, {parties:?}: {} of {} landings, the first before instruction {before}: {:?}, {:?}, {:?}",
                build.target(),
                wrong.len(),
                runs.len(),
                run.answers,
                run.state,
                run.end,
            );
        }
    }
    referee.end().unwrap();
}

#[track_caller]
fn assert_fails(table: &str, expected: &[&str]) {
    let failing = confirmed(table);
    println!("{table}: {failing:#?}");
    assert!(failing.keys().eq(expected), "{:?}", failing.keys());
    assert!(failing.values().all(|count| count.asleep == 0));
}

#[test]
fn a_completed_push_of_thingbuf_is_not_visible() {
    assert_fails(
        "thingbuf.rs",
        &["one_slot::push x pass", "queue::push x pass"],
    );
}

#[test]
fn heapless_refuses_an_element_while_another_is_taken() {
    assert_fails("heapless.rs", &["mpmc_queue::dequeue x replace"]);
}

#[test]
fn the_fallback_of_portable_atomic_hangs() {
    assert_fails(
        "atomics.rs",
        &["fallback::add x add", "fallback::add x load"],
    );
}

#[test]
fn spin_hangs_in_a_handler() {
    assert_fails(
        "cells.rs",
        &["spin_mutex::add x add", "spin_once::call_once x call_once"],
    );
}

#[test]
fn bbqueue_has_one_producer_and_one_consumer() {
    let pairs = [
        "atomics::read x read",
        "atomics::write x write",
        "sections::read x read",
        "sections::write x write",
    ];
    assert_fails("bbqueue.rs", &pairs);
}
