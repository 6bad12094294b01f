//! From an address to the source.

use std::{
    fmt,
    sync::{Arc, Mutex},
};

use anyhow::Result;
use gimli::RunTimeEndian;
use object::{Object as _, ObjectSection as _};

/// The bytes of a section.
pub(crate) type Reader = gimli::EndianArcSlice<RunTimeEndian>;

/// The debugging information of an image.
pub(crate) struct Lines {
    dwarf: Arc<gimli::Dwarf<Reader>>,
    context: Mutex<addr2line::Context<Reader>>,
}

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
    pub(crate) fn load(file: &object::File<'_>) -> Result<Self> {
        let section = |id: gimli::SectionId| -> Result<Reader, gimli::Error> {
            let section = file.section_by_name(id.name());
            let bytes = section
                .and_then(|section| section.uncompressed_data().ok())
                .unwrap_or_default();
            Ok(Reader::new(Arc::from(&*bytes), RunTimeEndian::Little))
        };
        let dwarf = Arc::new(gimli::Dwarf::load(section)?);
        let context = addr2line::Context::from_arc_dwarf(dwarf.clone())?.into();
        Ok(Self { dwarf, context })
    }

    /// All of it, for what this type does not read.
    pub(crate) fn dwarf(&self) -> &Arc<gimli::Dwarf<Reader>> {
        &self.dwarf
    }

    /// The frames of an address: the innermost inlined function first.
    pub(crate) fn frames(&self, address: u32) -> Vec<Frame> {
        let context = self.context.lock().expect("no panic while it was locked");
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
