//! core/COST.md: written here, and read again as the pins.
//!
//! What is measured is in tables of cells; targets and growth are made of these.

use core::fmt::Write;
use std::{collections::BTreeMap, fs, path::PathBuf};

use anyhow::{Context, Result, bail, ensure};

use super::{
    cell::Cell,
    config::{Build, PROFILES, builds},
    growth,
    run::{Kind, Run},
    size::Pair,
    targets, windows,
};
use crate::output::known;

/// One line of a table: an operation, or its counterpart in another crate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) name: String,
    /// The operation's tier, or the name of the operation that it stands beside.
    pub(super) tier: String,
    /// By profile; none where it was not measured.
    pub(super) cells: [Option<Cell>; PROFILES.len()],
}

/// Everything in the document that is measured.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Document {
    pub(super) rustc: String,
    /// By heading, in the order of the firmware.
    pub(super) tables: BTreeMap<String, Vec<Line>>,
    pub(super) ram: Vec<(String, u32)>,
    pub(super) sizes: Vec<Pair>,
}

const RAM: &str = "RAM of each object";
const SIZES: &str = "Flash and RAM of a firmware";
const MEASURED_WITH: &str = "Measured with rustc ";

fn file() -> PathBuf {
    runner::root().join("core/COST.md")
}

/// The document's text.
pub(super) fn text() -> Result<String> {
    known(&file())
}

impl Document {
    pub(super) fn write(&self) -> Result<()> {
        fs::write(file(), self.render()?).context("cannot write core/COST.md")
    }

    /// The first line of this name in a table.
    pub(super) fn line(&self, heading: &str, name: &str) -> Option<&Line> {
        self.tables.get(heading)?.iter().find(|it| it.name == name)
    }

    /// Takes what a run measured in place of what was there for its build.
    pub(super) fn take(&mut self, build: &Build, run: &Run) {
        let lines = self.tables.entry(build.heading()).or_default();
        for line in &mut *lines {
            line.cells[build.profile] = None;
        }
        for measured in &run.measured {
            let (Kind::Tier(tier) | Kind::For(tier)) = &measured.kind;
            let same = |it: &&mut Line| it.name == measured.name && it.tier == *tier;
            let cell = Some(measured.cell.clone());
            match lines.iter_mut().find(same) {
                Some(line) => line.cells[build.profile] = cell,
                None => {
                    let mut line = Line {
                        name: measured.name.clone(),
                        tier: tier.clone(),
                        cells: [const { None }; PROFILES.len()],
                    };
                    line.cells[build.profile] = cell;
                    lines.push(line);
                }
            }
        }
        lines.retain(|line| line.cells.iter().any(Option::is_some));
    }

    /// As it is written; what was measured is in it, and what follows from that.
    pub(super) fn render(&self) -> Result<String> {
        let mut text = HEAD.to_owned();
        write!(text, "\n{MEASURED_WITH}{}.\n", self.rustc)?;
        write!(text, "\n## Targets\n\n{}", targets::table(self))?;
        write!(text, "\n## Longest windows\n\n{}", windows::table())?;
        write!(text, "\n## Growth\n\n{}", growth::table(self))?;
        write!(
            text,
            "\n## {RAM}\n\nIn bytes, on a target of 32 bits.\n\n| object | bytes |\n|---|---|\n"
        )?;
        for (name, size) in &self.ram {
            writeln!(text, "| `{name}` | {size} |")?;
        }
        write!(text, "\n## {SIZES}\n\n{SIZES_HEAD}")?;
        for pair in &self.sizes {
            writeln!(text, "| {} |", pair.row())?;
        }
        text.push_str(SIZES_MISSED);
        for build in builds(true).iter().filter(|it| it.profile == 0) {
            let heading = build.heading();
            let profiles: String = PROFILES
                .iter()
                .map(|(_, name)| format!(" {name} |"))
                .collect();
            write!(
                text,
                "\n## {heading}\n\n| operation | tier, or beside |{profiles}\n|---|---|---|---|---|\n"
            )?;
            for line in self.tables.get(&heading).into_iter().flatten() {
                let cells: String = line
                    .cells
                    .iter()
                    .map(|it| format!(" {} |", shown(it.as_ref())))
                    .collect();
                let tier = match line.tier.parse::<u8>() {
                    Ok(tier) => tier.to_string(),
                    Err(_) => format!("`{}`", line.tier),
                };
                writeln!(text, "| `{}` | {tier} |{cells}", line.name)?;
            }
        }
        Ok(text)
    }

    /// Reads what [`Document::render`] wrote.
    pub(super) fn parse(text: &str) -> Result<Self> {
        let rustc = text
            .lines()
            .find_map(|line| line.strip_prefix(MEASURED_WITH)?.strip_suffix('.'));
        let mut document = Self {
            rustc: rustc.context("core/COST.md names no compiler")?.to_owned(),
            ..Self::default()
        };
        let headings: Vec<String> = builds(true).iter().map(Build::heading).collect();
        let mut section = "";
        for line in text.lines() {
            if let Some(heading) = line.strip_prefix("## ") {
                section = heading;
                continue;
            }
            let Some(fields) = fields(line) else { continue };
            let fields: Vec<&str> = fields.iter().map(|it| &**it).collect();
            if headings.iter().any(|it| it == section) {
                let lines = document.tables.entry(section.to_owned()).or_default();
                lines
                    .push(parse_line(&fields).with_context(|| format!("in core/COST.md: {line}"))?);
            } else if section == RAM {
                let [name, size] = fields[..] else {
                    bail!("in core/COST.md: {line}")
                };
                document.ram.push((name.to_owned(), size.parse()?));
            } else if section == SIZES {
                let pair = Pair::parse(&fields);
                document
                    .sizes
                    .push(pair.with_context(|| format!("in core/COST.md: {line}"))?);
            }
        }
        Ok(document)
    }
}

fn shown(cell: Option<&Cell>) -> String {
    cell.map_or_else(|| "–".to_owned(), ToString::to_string)
}

/// The fields of a table's row; none for its head, or a line of text.
fn fields(line: &str) -> Option<Vec<String>> {
    let row = line.strip_prefix("| ")?.strip_suffix(" |")?;
    let fields: Vec<_> = row
        .split(" | ")
        .map(|it| it.trim_matches('`').to_owned())
        .collect();
    let is_head = ["operation", "object", "program"].contains(&&*fields[0]);
    (!is_head).then_some(fields)
}

fn parse_line(fields: &[&str]) -> Result<Line> {
    let [name, tier, cells @ ..] = fields else {
        bail!("too short")
    };
    ensure!(cells.len() == PROFILES.len(), "not a cell for each profile");
    let mut line = Line {
        name: (*name).to_owned(),
        tier: (*tier).to_owned(),
        cells: [const { None }; PROFILES.len()],
    };
    for (cell, text) in line.cells.iter_mut().zip(cells) {
        *cell = if *text == "–" {
            None
        } else {
            Some(text.parse()?)
        };
    }
    Ok(line)
}

const SIZES_HEAD: &str = "\
A size is `flash / .data / .bss`, in bytes: of flash (vectors, start-up, code, constants, the values of `.data`), of \
variables that begin with a value, and of variables that begin as zero. LTO, \"s\". By hand means `core`'s atomics where a \
load or a store is enough, and `critical_section::with` around everything else, a `Mutex<Cell<_>>` where several words \
belong together; a line with another name for the peer has that. The ratios are of flash, and of RAM (`.data` and `.bss`), with their bounds. The firmware with nothing in \
it is the first line.

| program | build | ours | by hand | flash | RAM | |
|---|---|---|---|---|---|---|
";

/// What the table cannot show.
const SIZES_MISSED: &str = "
Why some are missed:

- `Latest`: the writer is claimed, which is a flag and the handler's `WriterCell`; by hand that is not checked.
- `Latest` beside a masked `Cell`: two slots and a number in place of one slot. The handler masks nothing in return.
- `Pool`: the tag that makes it ABA-safe, and a word for each box.
- Five primitives, single-core: portable-atomic masks for each word, so a record is three windows, by hand one.
- RAM on thumbv7m: `IdAllocator` and `Progress` are 12 bytes each, by hand 4. The limit, the totals and the counter of \
lost leases, which this program does not use, are other fields of the same `static`. Where a change is a section, the compiler \
finds that nothing stores to them and drops them; it does not split a `static` with a field that an exchange changes.
- Two tasks: `Wakers` calls a waker outside every section, and a caller that preempts another one leaves its wake-up to that \
one. To wake is 310 bytes, to register and to look again 290, to leave a place 100; embassy-sync wakes inside its section, in \
60, and registers in 110. A `Progress` tells its rounds apart (250 bytes with the check of its goal); a `Watch` has a number of 64 \
bits. The 52 bytes of `.data` are the `Progress` with its places for tasks: its total is not zero. The RAM is less than by \
embassy-sync, since a wait keeps 4 bytes of state.
";

const HEAD: &str = "\
# What each operation costs

Written by `cargo xtask cost --all --pin`, and checked by `cargo xtask cost`: do not edit.

A cell is `instructions / masked / bytes`. Each operation is a function of its own, called once and \
executed instruction by instruction, in the machine of `interloper`: nothing is estimated. `nothing` is an empty function, whose frame (`push`, \
`add`, `pop` on Arm) is in every other figure too, except in those of assembly, which has none.

- instructions: executed from the function's first to its last.
- masked: of these, how many with interrupts masked, from the one after `cpsid` (`csrrci`) up to and including \
the one that restores; several windows are written with a plus between.
- bytes: the sizes in the ELF file of the function and of every function that the call ran through, constants \
included.

\"LTO, \"s\"\" is `lto = \"fat\"`, `codegen-units = 1`, `opt-level = \"s\"`; \"LTO, 3\" the same with 3; \"no \
LTO, 3\" is cargo's release profile as it comes. Without compare-and-swap (thumbv6m, riscv32imc) the back end is \
our feature `critical-section`, with the implementations of cortex-m and riscv, or `--cfg \
portable_atomic_unsafe_assume_single_core`. portable-atomic beside ours has the same back end. A count is of one \
call without an interrupt; where nothing is masked, an interrupt may make it retry.
";

/// One operation in one build, and a line of everything else.
#[cfg(test)]
pub(super) fn planted() -> Document {
    let line = Line {
        name: "AtomicU32::fetch_add".to_owned(),
        tier: "2".to_owned(),
        cells: [Some("11 / 4 / 28".parse().unwrap()), None, None],
    };
    Document {
        rustc: "1.90.0".to_owned(),
        tables: BTreeMap::from([("thumbv6m, critical-section".to_owned(), vec![line])]),
        ram: vec![("StopFlag".to_owned(), 1)],
        sizes: vec![
            Pair::parse(&[
                "StopFlag",
                "thumbv6m, critical-section",
                "8 / 0 / 1",
                "8 / 0 / 1",
            ])
            .unwrap(),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let document = planted();
        let text = document.render().unwrap();
        assert_eq!(Document::parse(&text).unwrap(), document);
        assert!(Document::parse(&text.replace("Measured", "Guessed")).is_err());
        assert!(Document::parse(&text.replace("11 / 4 / 28", "11 / 4")).is_err());
    }

    #[test]
    fn a_run_replaces_its_build_and_no_other() {
        let mut document = planted();
        let build = builds(false).remove(0);
        document.take(&build, &Run::default());
        assert!(document.tables.values().all(Vec::is_empty));
        let mut document = planted();
        let other = builds(true).remove(1);
        document.take(&other, &Run::default());
        assert_eq!(document, planted());
    }
}
