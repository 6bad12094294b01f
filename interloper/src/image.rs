//! A table built for a target: memory as a loader leaves it, records, and the way back to the source.

mod build;
mod code;
mod elf;
mod front_matter;
mod help;
mod lines;
mod program;
mod records;

pub(crate) use build::{Source, build};
pub(crate) use code::Code;
pub(crate) use elf::Image;
pub use front_matter::Build;
pub(crate) use lines::Lines;
