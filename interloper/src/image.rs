//! A table built for a target: memory as a loader leaves it, records, and the way back to the source.

mod build;
mod elf;
mod front_matter;
mod lines;
mod program;
mod records;

pub(crate) use build::{Source, build};
pub(crate) use elf::Image;
pub(crate) use front_matter::Build;
pub(crate) use lines::Lines;
