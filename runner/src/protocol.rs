//! The line protocol of both demos' reports: one parser for the output of a program and for the messages of
//! a firmware's log.
//!
//! ```text
//! scenario NAME      begins a report
//! fact TEXT          the same on every party and board
//! platform TEXT      may differ between boards and parties
//! wrong TEXT         an expectation that was not met
//! verdict good|bad   ends the report; never good after a `wrong`
//! ```
//!
//! Outside a report only `scenario` is allowed, inside one every other word. Lines that begin with none of
//! these words are skipped. A breach of these rules is a fault, and a report with a fault is not good.

/// The report of one scenario.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Its name.
    pub scenario: String,
    /// Whether it ended with a good verdict and without a fault.
    pub ok: bool,
    /// The `fact` lines.
    pub facts: Vec<String>,
    /// The `platform` lines.
    pub platform: Vec<String>,
    /// The `wrong` lines.
    pub wrong: Vec<String>,
}

/// The reports of one program run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Transcript {
    /// In the order of the run.
    pub reports: Vec<Report>,
    /// Every breach of the protocol, one sentence each.
    pub faults: Vec<String>,
    open: Option<Report>,
}

impl Transcript {
    /// Takes the next line.
    pub fn push(&mut self, line: &str) {
        let line = line.trim_end();
        let (word, text) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "scenario" => self.begin(text),
            "fact" | "platform" | "wrong" => match &mut self.open {
                Some(report) => match word {
                    "fact" => report.facts.push(text.to_owned()),
                    "platform" => report.platform.push(text.to_owned()),
                    _ => report.wrong.push(text.to_owned()),
                },
                None => self.outside(line),
            },
            "verdict" => self.end(line, text),
            _ => {}
        }
    }

    /// The program has ended: an open report was cut off.
    pub fn finish(&mut self) {
        if let Some(report) = self.open.take() {
            self.faults
                .push(format!("{} has no verdict", report.scenario));
            self.reports.push(report);
        }
    }

    fn begin(&mut self, name: &str) {
        self.finish();
        if self.reports.iter().any(|report| report.scenario == name) {
            self.faults.push(format!("{name} reports twice"));
        }
        self.open = Some(Report {
            scenario: name.to_owned(),
            ..Report::default()
        });
    }

    fn end(&mut self, line: &str, verdict: &str) {
        let Some(mut report) = self.open.take() else {
            self.outside(line);
            return;
        };
        let name = &report.scenario;
        match verdict {
            "good" if report.wrong.is_empty() => report.ok = true,
            "good" => self
                .faults
                .push(format!("{name} is good after a wrong line")),
            "bad" => {}
            _ => self
                .faults
                .push(format!("{name} has the unreadable verdict {verdict:?}")),
        }
        self.reports.push(report);
    }

    fn outside(&mut self, line: &str) {
        self.faults.push(format!("outside any scenario: {line:?}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Transcript {
        let mut transcript = Transcript::default();
        text.lines().for_each(|line| transcript.push(line));
        transcript.finish();
        transcript
    }

    const GOOD: &str = "scenario aba\nfact tag survives\nplatform 32 bits\nverdict good";

    #[test]
    fn a_report_keeps_its_lines_apart() {
        let transcript = read(&format!("prose before\n{GOOD}\n15 of 15 good\n"));
        assert_eq!(transcript.faults, [""; 0]);
        assert_eq!(
            transcript.reports,
            [Report {
                scenario: "aba".into(),
                ok: true,
                facts: vec!["tag survives".into()],
                platform: vec!["32 bits".into()],
                wrong: vec![],
            }]
        );
    }

    #[test]
    fn a_bad_verdict_is_no_fault_of_the_protocol() {
        let transcript = read("scenario aba\nwrong no corruption seen\nverdict bad");
        assert_eq!(transcript.faults, [""; 0]);
        assert!(!transcript.reports[0].ok);
        assert_eq!(transcript.reports[0].wrong, ["no corruption seen"]);
    }

    #[test]
    fn every_planted_breach_is_a_fault() {
        for (text, fault) in [
            ("scenario aba\nfact a", "aba has no verdict"),
            (&format!("scenario once\n{GOOD}"), "once has no verdict"),
            ("scenario aba\nwrong x\nverdict good", "good after a wrong"),
            ("scenario aba\nverdict fine", "unreadable verdict \"fine\""),
            ("scenario aba\nverdict", "unreadable verdict \"\""),
            (
                &format!("{GOOD}\nfact late"),
                "outside any scenario: \"fact late\"",
            ),
            (
                &format!("{GOOD}\nverdict good"),
                "outside any scenario: \"verdict good\"",
            ),
            (&format!("{GOOD}\n{GOOD}"), "aba reports twice"),
        ] {
            let transcript = read(text);
            assert_eq!(
                transcript.faults.len(),
                1,
                "{text}: {:?}",
                transcript.faults
            );
            assert!(
                transcript.faults[0].contains(fault),
                "{text}: {:?}",
                transcript.faults
            );
        }
    }

    #[test]
    fn a_breach_costs_the_verdict() {
        for text in [
            "scenario aba\nfact a",
            "scenario aba\nwrong x\nverdict good",
        ] {
            assert!(!read(text).reports[0].ok, "{text}");
        }
    }
}
