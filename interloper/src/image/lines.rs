//! From an address to the source.

use std::{fmt, sync::Arc};

use anyhow::Result;
use gimli::RunTimeEndian;
use object::{Object as _, ObjectSection as _};

type Dwarf = gimli::EndianArcSlice<RunTimeEndian>;

/// The debugging information of an image.
pub(crate) struct Lines(std::sync::Mutex<addr2line::Context<Dwarf>>);

/// A place in the source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) file: String,
    pub(crate) line: u32,
    /// 0 where the compiler left none.
    pub(crate) column: u32,
    pub(crate) function: String,
}

impl Lines {
    /// Reads the debugging information of an ELF file.
    pub(crate) fn load(data: &[u8]) -> Result<Self> {
        let file = object::File::parse(data)?;
        let section = |id: gimli::SectionId| -> Result<Dwarf, gimli::Error> {
            let section = file.section_by_name(id.name());
            let bytes = section
                .and_then(|section| section.uncompressed_data().ok())
                .unwrap_or_default();
            Ok(gimli::EndianArcSlice::new(
                Arc::from(&*bytes),
                RunTimeEndian::Little,
            ))
        };
        let dwarf = gimli::Dwarf::load(section)?;
        Ok(Self(addr2line::Context::from_dwarf(dwarf)?.into()))
    }

    /// The frames of an address: the innermost inlined function first.
    pub(crate) fn frames(&self, address: u32) -> Vec<Frame> {
        let context = self.0.lock().expect("no panic while it was locked");
        let mut frames = Vec::new();
        let Ok(mut found) = context.find_frames(address.into()).skip_all_loads() else {
            return frames;
        };
        while let Ok(Some(frame)) = found.next() {
            let function = frame
                .function
                .and_then(|name| name.demangle().ok().map(|name| name.into_owned()));
            let place = frame.location;
            frames.push(Frame {
                file: place
                    .as_ref()
                    .and_then(|place| place.file)
                    .unwrap_or_default()
                    .to_owned(),
                line: place
                    .as_ref()
                    .and_then(|place| place.line)
                    .unwrap_or_default(),
                column: place
                    .as_ref()
                    .and_then(|place| place.column)
                    .unwrap_or_default(),
                function: function.unwrap_or_default(),
            });
        }
        frames
    }
}

impl fmt::Debug for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lines").finish_non_exhaustive()
    }
}
