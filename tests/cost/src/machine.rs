//! Executes the firmware in the machine of `interloper`.

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use interloper::machine::{
    Arm, Core, DeadStack, Event, Flash, Memory, Profile, Reservation, Riscv,
};
use object::{Object as _, ObjectSegment as _, ObjectSymbol as _, SegmentFlags, elf};

/// Where RAM begins. The stack comes first, then the statics: tests/firmware/cost/link.x.
const RAM: u32 = 0x2000_0000;
const STATICS: u32 = 0x2001_0000;
/// The run takes fewer instructions.
const LIMIT: u32 = 10_000_000;

/// An instruction that was executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) address: u32,
    /// Whether interrupts were masked before it.
    pub(crate) is_masked: bool,
}

/// Runs `main`; gives the lines that it hands to `told`, and each instruction.
pub(crate) fn execute(elf: &Path, target: &str) -> Result<(Vec<String>, Vec<Step>)> {
    let data = std::fs::read(elf)?;
    let file =
        object::File::parse(&*data).with_context(|| format!("{} is no ELF file", elf.display()))?;
    let memory = memory(&file)?.with_dead_stack(DeadStack::Kept);
    let symbol = |name: &str| {
        let found = file.symbols().find(|it| it.name() == Ok(name));
        let found = found.with_context(|| format!("there is no {name}"));
        // Bit 0 of a Thumb function's address is no part of it.
        found.map(|it| it.address() as u32 & !1)
    };
    let entries = [symbol("main")?, symbol("told")?];
    let flash = memory.flash().clone();
    match target {
        "thumbv6m" => follow(Arm::new(Profile::Armv6M, &flash), memory, entries),
        "thumbv7m" => follow(Arm::new(Profile::Armv7M, &flash), memory, entries),
        "riscv32imc" => follow(Riscv::new(Reservation::Cleared, &flash), memory, entries),
        _ => bail!("no machine executes {target}"),
    }
}

fn follow<C: Core>(
    mut core: C,
    mut memory: Memory,
    [main, told]: [u32; 2],
) -> Result<(Vec<String>, Vec<Step>)> {
    let (mut text, mut steps) = (String::new(), Vec::new());
    core.boot(main, RAM..STATICS);
    for _ in 0..LIMIT {
        let step = Step {
            address: core.pc(),
            is_masked: core.masked(),
        };
        if step.address == told {
            let (start, length) = (core.answer() as u32, (core.answer() >> 32) as u32);
            text.push_str(&read(&memory, start, length)?);
        }
        steps.push(step);
        if let Event::Return { .. } = core.step(&mut memory)? {
            return Ok((text.lines().map(str::to_owned).collect(), steps));
        }
    }
    bail!("the run does not end")
}

fn read(memory: &Memory, start: u32, length: u32) -> Result<String> {
    let byte = |address: u32| {
        let word = memory.word(address & !3);
        let word = word.context("a text lies outside memory")?;
        Ok(word.to_le_bytes()[address as usize % 4])
    };
    let bytes: Result<Vec<u8>> = (start..start + length).map(byte).collect();
    Ok(String::from_utf8(bytes?)?)
}

/// Memory as a loader leaves it.
fn memory(file: &object::File<'_>) -> Result<Memory> {
    let (mut flash, mut data, mut end) = (None::<(u32, Vec<u8>)>, Vec::new(), STATICS);
    for segment in file.segments() {
        let SegmentFlags::Elf { p_flags } = segment.flags() else {
            bail!("no ELF file")
        };
        let (address, bytes) = (u32::try_from(segment.address())?, segment.data()?);
        if p_flags & elf::PF_W != 0 || address >= RAM {
            ensure!(address >= STATICS, "statics at {address:#x}");
            end = end.max(address + u32::try_from(segment.size())?);
            data.push((address, bytes));
        } else {
            let (start, code) = flash.get_or_insert_with(|| (address, Vec::new()));
            let at = address
                .checked_sub(*start)
                .context("segments out of order")? as usize;
            code.resize(code.len().max(at + bytes.len()), 0);
            code[at..at + bytes.len()].copy_from_slice(bytes);
        }
    }
    let (start, mut code) = flash.context("the file has no code")?;
    code.resize(code.len().next_multiple_of(4), 0);
    let mut memory = Memory::new(Flash::new(start, code), RAM..end.next_multiple_of(4));
    for (address, bytes) in data {
        memory.load_bytes(address, bytes);
    }
    Ok(memory)
}
