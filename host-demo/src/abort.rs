//! An allocator that would rather end the process than hand out an ID twice.
//!
//! Not part of the tour, which has to go on: the tests run it as a process of its own.

use std::{
    io::{Write, stdout},
    process::ExitCode,
};

use anyhow::Result;
use indivisible::id::{Aborting, IdAllocator};

/// Prints the three IDs that there are, and asks for another.
pub(crate) fn run() -> Result<ExitCode> {
    static IDS: IdAllocator<u32, Aborting> = IdAllocator::aborting(3);
    loop {
        writeln!(stdout(), "id {}", IDS.allocate())?;
    }
}
