//! An allocator that ends the process before it hands out an ID twice.
//!
//! The tour must go on, so the tests run this as a process of its own.

use std::{
    io::{Write, stdout},
    process::ExitCode,
};

use anyhow::Result;
use indivisible::id::{Aborting, IdAllocator};

/// Prints the three IDs, and allocates another.
pub(crate) fn run() -> Result<ExitCode> {
    static IDS: IdAllocator<u32, Aborting> = IdAllocator::aborting(3);
    loop {
        writeln!(stdout(), "id {}", IDS.allocate())?;
    }
}
