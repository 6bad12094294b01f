//! Writes core/COST.md.

use core::fmt::Write;
use std::{fs, path::PathBuf};

use anyhow::{Context, Result};

use crate::{
    cell::Cell,
    config::{PROFILES, builds},
    document::{Document, MEASURED_WITH, RAM, SIZES},
    growth, targets, windows,
};

fn file() -> PathBuf {
    runner::root().join("core/COST.md")
}

/// The text of core/COST.md as it is.
pub(crate) fn text() -> Result<String> {
    fs::read_to_string(file()).context("cannot read core/COST.md")
}

/// Replaces core/COST.md.
pub(crate) fn write(document: &Document) -> Result<()> {
    fs::write(file(), render(document)?).context("cannot write core/COST.md")
}

/// The text of core/COST.md: every figure, and the tables that follow from them.
pub(crate) fn render(document: &Document) -> Result<String> {
    let mut text = HEAD.to_owned();
    write!(text, "\n{MEASURED_WITH}{}.\n", document.rustc)?;
    write!(text, "\n## Targets\n\n{}", targets::table(document))?;
    write!(text, "\n## Longest windows\n\n{}", windows::table())?;
    write!(text, "\n## Growth\n\n{}", growth::table(document))?;
    write!(
        text,
        "\n## {RAM}\n\nIn bytes, on a target of 32 bits.\n\n| object | bytes |\n|---|---|\n"
    )?;
    for (name, size) in &document.ram {
        writeln!(text, "| `{name}` | {size} |")?;
    }
    write!(text, "\n## {SIZES}\n\n{SIZES_HEAD}")?;
    for pair in &document.sizes {
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
        for line in document.tables.get(&heading).into_iter().flatten() {
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

fn shown(cell: Option<&Cell>) -> String {
    cell.map_or_else(|| "–".to_owned(), ToString::to_string)
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
- RAM on thumbv7m: `IdAllocator` and `Progress` are 12 bytes each, by hand 4. The limit, the totals and the counter of \
lost leases, which this program does not use, are other fields of the same `static`. Where a change is a section, the compiler \
finds that nothing stores to them and drops them; it does not split a `static` with a field that an exchange changes.
- Flash with one core: two bytes at each place that reads a `Progress`, which never finds more steps done than the total, also \
where the number of a round repeats between its two loads; and masking for each word by itself.
- Two tasks: of the 288 bytes, 36 are the `.data` of a `Progress` with its places for tasks, whose total is not zero. \
The rest is a `Progress` that tells its rounds apart (180 with the check of its goal; a `Watch` has a number of 64 \
bits), a poll of a place that a wait takes and leaves (172, and 38 to leave it when a wait is dropped; a receiver of \
embassy-sync keeps its place, and registers in 110), and waking outside of the section (50, as much as inside). The \
RAM is less than by embassy-sync, since a wait keeps 4 bytes of state and a place 12.
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
- tier, or beside: 1 for an operation that masks nothing on any target, 2 for every other; for one of another crate \
or by hand, the operation that it stands beside.
- bytes: the sizes in the ELF file of the function and of every function that the call ran through, constants \
included.

\"LTO, \"s\"\" is `lto = \"fat\"`, `codegen-units = 1`, `opt-level = \"s\"`; \"LTO, 3\" the same with 3; \"no \
LTO, 3\" is cargo's release profile as it comes. Without compare-and-swap (thumbv6m, riscv32imc) the back end is \
our feature `critical-section`, with the implementations of cortex-m and riscv, or `--cfg \
portable_atomic_unsafe_assume_single_core`. portable-atomic beside ours has the same back end. A count is of one \
call without an interrupt; where nothing is masked, an interrupt may make it retry.
";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::planted;

    #[test]
    fn the_rendered_document_is_parsed_to_the_same() {
        let document = planted();
        let text = render(&document).unwrap();
        assert_eq!(Document::parse(&text).unwrap(), document);
        assert!(Document::parse(&text.replace("Measured", "Guessed")).is_err());
        assert!(Document::parse(&text.replace("11 / 4 / 28", "11 / 4")).is_err());
    }
}
