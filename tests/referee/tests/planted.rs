//! What the referee must notice: an altered answer, state or landing, and an instruction that QEMU executes otherwise.

use std::path::{Path, PathBuf};

use interloper::landings::{Build, Parties, Run, Step, Table};
use referee::{Arm, Board, Count, Disagreement, Extent, Pace, Referee, Riscv};
use runner::toolchain;

/// A landing in the middle of `bare`, with what `interloper` shows.
struct Landing<B: Board> {
    referee: Referee<B>,
    parties: Parties,
    before: usize,
    run: Run,
}

impl<B: Board> Landing<B> {
    fn new(target: &str) -> Self {
        let file = Path::new("../../interloper/tests/tables/counter.rs");
        let dir = Path::new(env!("CARGO_MANIFEST_DIR"));
        let scratch = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
        let table = Table::read(file, dir, &scratch, Some(toolchain::rustc())).unwrap();
        let mut referee = Referee::new(&table, &Build::of_target(target)).unwrap();
        let pairs = referee.firmware().pairs();
        let parties = pairs.into_iter().find(|pair| pair.main == "bare").unwrap();
        let mut runs = referee.bout(&parties).unwrap().runs(Extent::All);
        let middle = runs.len() / 2;
        let (before, run) = runs.swap_remove(middle);
        Self {
            referee,
            parties,
            before,
            run,
        }
    }

    /// Whether the referee agrees; any error but a disagreement is one of the test.
    fn agrees(&mut self, pace: Pace) -> bool {
        let mut bout = self.referee.bout(&self.parties).unwrap();
        match bout.repeat(self.before, &self.run, pace) {
            Ok(count) => count == Count::AGREED,
            Err(error) => {
                assert!(error.is::<Disagreement>(), "{error:#}");
                false
            }
        }
    }
}

fn every_planted_bug_is_noticed<B: Board>(target: &str, nop: &[u8]) {
    for pace in [Pace::Events, Pace::Steps] {
        let mut landing = Landing::<B>::new(target);
        assert!(landing.agrees(pace));
        let right = landing.run.clone();

        landing.run.answers[0] = Some("8".to_owned());
        assert!(!landing.agrees(pace), "the answer of main");
        landing.run = right.clone();
        landing.run.answers[1] = Some("8".to_owned());
        assert!(!landing.agrees(pace), "the answer of the handler");
        landing.run = right.clone();
        landing.run.state = Some("8".to_owned());
        assert!(!landing.agrees(pace), "the state");

        landing.run = right.clone();
        landing.before -= 1;
        assert!(!landing.agrees(pace), "the landing");
        landing.before += 1;

        landing.run = right.clone();
        assert!(landing.agrees(pace));
        let statics = landing.referee.firmware().statics();
        let is_store = |step: &Step| {
            step.lane == 0 && step.access.writes() && statics.contains(&step.access.range().start)
        };
        let store = right.steps.iter().rfind(|step| is_store(step)).unwrap();
        // Of the answer: another value than before.
        landing.referee.plant(store.address, nop).unwrap();
        assert!(!landing.agrees(pace), "a store that QEMU does not execute");
        landing.referee.end().unwrap();
    }
}

#[test]
fn planted_bugs_are_noticed_on_a_cortex_m0() {
    every_planted_bug_is_noticed::<Arm>("thumbv6m-none-eabi", &0xbf00_u16.to_le_bytes());
}

#[test]
fn planted_bugs_are_noticed_on_a_cortex_m3() {
    every_planted_bug_is_noticed::<Arm>("thumbv7m-none-eabi", &0xbf00_u16.to_le_bytes());
}

#[test]
fn planted_bugs_are_noticed_on_a_hart() {
    every_planted_bug_is_noticed::<Riscv>("riscv32imc-unknown-none-elf", &0x0001_u16.to_le_bytes());
}
