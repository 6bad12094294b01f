//! Where in the source each instruction comes from, by the debug information of the ELF file.

use addr2line::{
    Context as Lines,
    gimli::{Dwarf, EndianSlice, LittleEndian, SectionId},
};
use anyhow::{Context, Result};
use object::{Object, ObjectSection};

pub(super) struct Source<'a>(Lines<EndianSlice<'a, LittleEndian>>);

impl<'a> Source<'a> {
    /// Of an ELF file's bytes.
    pub(super) fn of(bytes: &'a [u8]) -> Result<Self> {
        let file = object::File::parse(bytes).context("not an ELF file")?;
        let section = |id: SectionId| -> Result<_> {
            let section = file.section_by_name(id.name());
            let data = section.map(|it| it.data()).transpose()?;
            Ok(EndianSlice::new(data.unwrap_or_default(), LittleEndian))
        };
        let lines = Lines::from_dwarf(Dwarf::load(section)?).context("no debug information")?;
        Ok(Self(lines))
    }

    /// `function file:line`, the innermost first, each inlined into the next.
    pub(super) fn frames(&self, address: u32) -> Result<String> {
        let mut frames = self.0.find_frames(address.into()).skip_all_loads()?;
        let mut words = Vec::new();
        while let Some(frame) = frames.next()? {
            let name = match &frame.function {
                Some(function) => function.demangle()?.into_owned(),
                None => "?".to_owned(),
            };
            let location = frame.location.as_ref();
            let file = location.and_then(|it| it.file).unwrap_or("?");
            let file = file.rsplit('/').next().unwrap_or(file);
            let line = location.and_then(|it| it.line).unwrap_or(0);
            words.push(format!("{name} {file}:{line}"));
        }
        Ok(words.join(" < "))
    }
}
