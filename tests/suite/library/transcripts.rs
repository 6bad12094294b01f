//! Every scenario with threads reports its recorded facts; without the other side, none of them is good.

use core::time::Duration;
use host_demo::party::{Absent, Threads};
use integration_tests::{transcript::Transcripts, within};
use scenarios::{Line, Party, Scenario, WRONG_VERSION};
use std::{collections::BTreeSet, fs};

/// The facts and platform lines are the same on every 64-bit host.
const BOARD: &str = if cfg!(indivisible_force_sections) {
    "host-sections"
} else {
    "host"
};

/// The number of runs of each scenario: a result that depends on timing differs between them.
const RUNS: usize = 20;

/// Far more than all runs take together.
const LIMIT: Duration = Duration::from_secs(500);

#[derive(Default)]
struct Said {
    facts: Vec<String>,
    platform: Vec<String>,
    wrong: Vec<String>,
    good: bool,
}

fn run<P: Party>(scenario: &Scenario<P>, party: &P) -> Said {
    let mut said = Said::default();
    said.good = scenario.run(party, &mut |line| match line {
        Line::Fact(text) => said.facts.push(text.to_string()),
        Line::Platform(text) => said.platform.push(text.to_string()),
        Line::Wrong(text) => said.wrong.push(text.to_string()),
        Line::Scenario(_) | Line::Verdict(_) => {}
    });
    said
}

/// A fact is `subject: result`.
fn what(fact: &str) -> &str {
    fact.rsplit_once(": ").map_or(fact, |(what, _)| what)
}

fn names() -> impl Iterator<Item = &'static str> {
    Scenario::<Threads>::ALL
        .iter()
        .map(|scenario| scenario.name)
}

#[test]
fn the_chapter_is_complete_and_in_order() {
    let expected = [
        "load-store",
        "stop-flag",
        "progress",
        "progress-unpark",
        "lazy-init",
        "fetch-modify",
        "progress-threads",
        "statistics",
        "id-allocation",
        "compare-exchange",
        "aba",
        "id-bounded",
        "fetch-update",
        "lazy-once",
        "once-lock",
        "latest",
        "lease",
        "stop-reason",
    ];
    assert!(names().eq(expected));
}

#[test]
fn every_scenario_with_threads_reports_its_recorded_facts() {
    let differences = within(LIMIT, || {
        let transcripts = Transcripts::of_repository();
        let mut differences = Vec::new();
        for scenario in Scenario::ALL {
            let difference = (0..RUNS).find_map(|_| {
                let said = run(scenario, &Threads);
                if !said.good {
                    return Some(said.wrong.join("\n"));
                }
                transcripts
                    .check(scenario.name, BOARD, &said.facts, &said.platform)
                    .err()
            });
            if let Some(difference) = difference {
                differences.push(format!("{}:\n{difference}", scenario.name));
            }
        }
        differences
    });
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn without_the_other_side_no_scenario_is_good_and_no_wrong_version_fails() {
    let transcripts = Transcripts::of_repository();
    let mut wrong_versions = 0;
    for scenario in Scenario::ALL {
        let name = scenario.name;
        let said = run(scenario, &Absent);
        assert!(!said.good, "{name} is good without the other side");
        assert!(
            !said.wrong.is_empty(),
            "{name} gives no reason for being bad"
        );

        let known = transcripts.facts(name).unwrap();
        assert_eq!(
            known.iter().map(|fact| what(fact)).collect::<Vec<_>>(),
            said.facts.iter().map(|fact| what(fact)).collect::<Vec<_>>(),
            "{name} reports other facts without the other side"
        );
        for (known, seen) in known.iter().zip(&said.facts) {
            if known.starts_with(WRONG_VERSION) {
                wrong_versions += 1;
                assert_ne!(known, seen, "{name}: it fails without the other side");
            }
        }
    }
    assert!(wrong_versions >= 10, "only {wrong_versions} are recorded");
}

#[test]
fn a_scenario_reports_each_fact_once() {
    for name in names() {
        let facts = Transcripts::of_repository().facts(name).unwrap();
        let different: BTreeSet<_> = facts.iter().map(|fact| what(fact)).collect();
        assert_eq!(different.len(), facts.len(), "{name}: {facts:#?}");
    }
}

#[test]
fn every_transcript_belongs_to_a_scenario() {
    let names: BTreeSet<_> = names().collect();
    for entry in fs::read_dir(Transcripts::of_repository().directory()).unwrap() {
        let file = entry.unwrap().file_name().into_string().unwrap();
        let scenario = file.split('.').next().unwrap_or_default();
        assert!(names.contains(scenario), "{file} belongs to no scenario");
    }
}
