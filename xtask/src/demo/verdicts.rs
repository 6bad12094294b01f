//! The verdicts of all runs together: the table, the JSON, and the faults.

use comfy_table::Table;
use serde_json::{Value, json};

use super::Party;
use runner::protocol::{Report, Transcript};

use crate::output::table;

/// One program run to its end.
#[derive(Debug)]
pub struct Run {
    party: Party,
    board: Option<&'static str>,
    transcript: Transcript,
    failure: Option<String>,
}

impl Run {
    /// `failure` is the end of the program, if it was not a success.
    #[must_use]
    pub fn new(
        party: Party,
        board: Option<&'static str>,
        mut transcript: Transcript,
        failure: Option<String>,
    ) -> Self {
        transcript.finish();
        Self {
            party,
            board,
            transcript,
            failure,
        }
    }

    fn title(&self) -> String {
        match self.board {
            Some(board) => format!("{} on {board}", self.party.name()),
            None => self.party.name().to_owned(),
        }
    }

    fn report(&self, scenario: &str) -> Option<&Report> {
        self.transcript
            .reports
            .iter()
            .find(|report| report.scenario == scenario)
    }
}

/// All runs, and the scenarios that each has to report on.
#[derive(Debug)]
pub struct Verdicts {
    /// The names, in order.
    pub scenarios: &'static [&'static str],
    /// At least one.
    pub runs: Vec<Run>,
}

impl Verdicts {
    /// Everything that is not as it should be, a sentence each; empty means success.
    #[must_use]
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if self.runs.is_empty() || self.scenarios.is_empty() {
            faults.push("nothing was run".to_owned());
        }
        for run in &self.runs {
            let mut fault = |text: String| faults.push(format!("{}: {text}", run.title()));
            for scenario in self.scenarios {
                match run.report(scenario) {
                    None => fault(format!("{scenario} is missing")),
                    Some(report) if !report.ok => fault(format!("{scenario} is not good")),
                    Some(_) => {}
                }
            }
            for report in &run.transcript.reports {
                if !self.scenarios.contains(&report.scenario.as_str()) {
                    fault(format!("unknown scenario {}", report.scenario));
                }
            }
            run.transcript
                .faults
                .iter()
                .chain(&run.failure)
                .cloned()
                .for_each(fault);
        }
        self.compare_facts(&mut faults);
        faults
    }

    /// Facts are what no party and no board may change.
    fn compare_facts(&self, faults: &mut Vec<String>) {
        let Some((first, others)) = self.runs.split_first() else {
            return;
        };
        for scenario in self.scenarios {
            let Some(expected) = first.report(scenario) else {
                continue;
            };
            for run in others {
                if run
                    .report(scenario)
                    .is_some_and(|report| report.facts != expected.facts)
                {
                    faults.push(format!(
                        "{}: the facts of {scenario} are not those of {}",
                        run.title(),
                        first.title()
                    ));
                }
            }
        }
    }

    /// Scenario × party.
    #[must_use]
    pub fn table(&self) -> Table {
        let titles = self.runs.iter().map(Run::title);
        let mut table = table(core::iter::once("scenario".to_owned()).chain(titles));
        for scenario in self.scenarios {
            let cells = self.runs.iter().map(|run| match run.report(scenario) {
                None => "missing",
                Some(report) if report.ok => "good",
                Some(_) => "BAD",
            });
            table.add_row(core::iter::once(*scenario).chain(cells));
        }
        table
    }

    /// One object per expected scenario and run, and per unexpected one that reported.
    #[must_use]
    pub fn json(&self) -> Value {
        let entry = |run: &Run, report: &Report| {
            json!({
                "scenario": report.scenario,
                "party": run.party.name(),
                "board": run.board,
                "ok": report.ok,
                "facts": report.facts,
                "platform": report.platform,
            })
        };
        let mut entries = Vec::new();
        for run in &self.runs {
            let reports = &run.transcript.reports;
            entries.extend(reports.iter().map(|report| entry(run, report)));
            for scenario in self.scenarios {
                if run.report(scenario).is_none() {
                    let missing = Report {
                        scenario: (*scenario).to_owned(),
                        ..Report::default()
                    };
                    entries.push(entry(run, &missing));
                }
            }
        }
        Value::Array(entries)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str =
        "scenario aba\nfact a\nplatform p\nverdict good\nscenario once\nverdict good";

    fn verdicts(text: &str, failure: Option<&str>) -> Verdicts {
        let mut transcript = Transcript::default();
        text.lines().for_each(|line| transcript.push(line));
        let failure = failure.map(str::to_owned);
        Verdicts {
            scenarios: &["aba", "once"],
            runs: vec![Run::new(
                Party::Interrupts,
                Some("microbit"),
                transcript,
                failure,
            )],
        }
    }

    #[test]
    fn all_good_is_no_fault() {
        assert_eq!(verdicts(GOOD, None).faults(), [""; 0]);
    }

    #[test]
    fn every_planted_bug_is_found() {
        let cut = GOOD.rsplit_once('\n').unwrap().0;
        for (text, failure, fault) in [
            (GOOD, Some("the firmware panicked"), "the firmware panicked"),
            (cut, None, "once has no verdict"),
            (cut, None, "once is not good"),
            ("scenario aba\nverdict good", None, "once is missing"),
            ("", None, "aba is missing"),
            (&GOOD.replacen("good", "bad", 1), None, "aba is not good"),
            (
                &format!("{GOOD}\nscenario new\nverdict good"),
                None,
                "unknown scenario new",
            ),
            (
                &format!("{GOOD}\nscenario aba\nverdict bad"),
                None,
                "aba reports twice",
            ),
        ] {
            let faults = verdicts(text, failure).faults();
            let wanted = format!("interrupts on microbit: {fault}");
            assert!(faults.contains(&wanted), "{text}: {faults:?}");
        }
    }

    #[test]
    fn facts_that_differ_between_runs_are_found() {
        let with = |text: &str| {
            let mut both = verdicts(GOOD, None);
            both.runs.append(&mut verdicts(text, None).runs);
            both.faults()
        };
        assert_eq!(with(&GOOD.replace("platform p", "platform q")), [""; 0]);
        let faults = with(&GOOD.replace("fact a", "fact b"));
        assert_eq!(faults.len(), 1);
        assert!(faults[0].contains("the facts of aba"), "{faults:?}");
    }

    #[test]
    fn no_runs_and_no_scenarios_are_no_success() {
        let mut nothing = verdicts(GOOD, None);
        nothing.runs.clear();
        assert_eq!(nothing.faults(), ["nothing was run"]);
        let none = Verdicts {
            scenarios: &[],
            ..verdicts("", None)
        };
        assert_eq!(none.faults(), ["nothing was run"]);
    }

    #[test]
    fn the_table_tells_good_from_bad_from_missing() {
        let cells = |text: &str| verdicts(text, None).table().to_string();
        assert!(!cells(GOOD).contains("BAD") && !cells(GOOD).contains("missing"));
        assert!(cells("scenario aba\nverdict bad").contains("BAD"));
        assert!(cells("scenario aba\nverdict good").contains("missing"));
    }

    #[test]
    fn a_missing_scenario_is_in_the_json_too() {
        let json = verdicts("scenario aba\nfact a\nplatform p\nverdict good", None).json();
        let entry = |name, ok, facts: &[&str], platform: &[&str]| {
            json!({
                "scenario": name, "party": "interrupts", "board": "microbit", "ok": ok,
                "facts": facts, "platform": platform,
            })
        };
        assert_eq!(
            json,
            json!([
                entry("aba", true, &["a"], &["p"]),
                entry("once", false, &[], &[])
            ])
        );
    }
}
