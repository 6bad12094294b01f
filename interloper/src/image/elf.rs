//! The ELF file of a table.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use object::{Object as _, ObjectSection as _, ObjectSegment as _, ObjectSymbol as _, elf};

use super::{Code, Lines, records};
use crate::{
    layout::Map,
    machine::{Flash, Memory},
    table::Object,
};

/// A table built for a target.
#[derive(Debug)]
pub(crate) struct Image {
    /// The ELF file.
    pub(crate) file: PathBuf,
    pub(crate) objects: Vec<Object>,
    pub(crate) lines: Lines,
    pub(crate) code: Code,
    /// RAM before any `reset`, and the flash.
    pub(crate) memory: Memory,
    /// The first instruction of the panic handler.
    pub(crate) panicked: u32,
    /// A loop that no operation calls: where core 0 is when main has returned.
    pub(crate) idle: u32,
    /// The buffer of `interloper-table`'s module `output`.
    pub(crate) output: u32,
    /// The version of the compiler that built it, if the file has one.
    pub(crate) compiler: Option<String>,
}

impl Image {
    /// Reads the file at `path`, which is linked for this map.
    pub(crate) fn read(path: &Path, map: Map) -> Result<Self> {
        let data =
            std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        Self::parse(path, &data, map)
    }

    fn parse(path: &Path, data: &[u8], map: Map) -> Result<Self> {
        let file = object::File::parse(data)?;
        let memory = memory(&file, map)?;
        let symbol = |name: &str| {
            let symbol = file.symbols().find(|symbol| symbol.name() == Ok(name));
            symbol
                .map(|symbol| symbol.address() as u32 & !1)
                .with_context(|| {
                    format!("no symbol {name}: the table uses another `interloper-table`")
                })
        };
        let section = file
            .section_by_name(".interloper")
            .context("the table declares no object")?;
        let records = section.address() as u32..(section.address() + section.size()) as u32;
        Ok(Self {
            file: path.to_owned(),
            objects: records::read(&memory, records)?,
            lines: Lines::load(&file)?,
            code: Code::of(&file),
            panicked: symbol("interloper_panicked")?,
            idle: symbol("interloper_idle")?,
            output: symbol("interloper_output")?,
            compiler: compiler(&file),
            memory,
        })
    }
}

/// The version that rustc leaves in each of its object files.
///
/// The file is asked, and no compiler: only cargo decides which one builds a table, by its configuration and by variables.
fn compiler(file: &object::File<'_>) -> Option<String> {
    let comments = file.section_by_name(".comment")?.data().ok()?;
    let mut comments = comments.split(|&byte| byte == 0);
    let version = comments.find_map(|it| it.strip_prefix(b"rustc version "))?;
    let number = core::str::from_utf8(version).ok()?.split(' ').next()?;
    Some(number.to_owned())
}

/// Memory as a loader leaves it.
///
/// The layout is checked here: everything lies in flash, or in RAM behind the stacks.
fn memory(file: &object::File<'_>, map: Map) -> Result<Memory> {
    let (mut flash, mut data, mut end) = (Vec::new(), Vec::new(), map.statics());
    for segment in file.segments() {
        let object::SegmentFlags::Elf { p_flags } = segment.flags() else {
            bail!("no ELF file")
        };
        let (address, len) = (
            u32::try_from(segment.address())?,
            u32::try_from(segment.size())?,
        );
        let bytes = segment.data()?;
        if p_flags & elf::PF_W == 0 && map.flash().contains(&address) {
            let at = (address - map.flash) as usize;
            flash.resize(flash.len().max(at + bytes.len()), 0);
            flash[at..at + bytes.len()].copy_from_slice(bytes);
        } else {
            ensure!(
                address >= map.statics(),
                "the linker put {len} bytes at {address:#x}, outside flash and RAM: is another linker script in use?"
            );
            end = end.max(address + len);
            data.push((address, bytes));
        }
    }
    flash.resize(flash.len().next_multiple_of(4), 0);
    let mut memory = Memory::new(
        Flash::new(map.flash, flash),
        map.ram..end.next_multiple_of(4),
    );
    for (address, bytes) in data {
        memory.load_bytes(address, bytes);
    }
    Ok(memory)
}
