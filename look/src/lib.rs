//! The examples of the chapter, with an interrupt before each instruction: as a record, as a page, as text.
//!
//! ```text
//!  firmware/ ──interloper──► runs ──trace──► record::Build ──explain──► record::Look ──┬─page──► indivisible.html
//!                                                                                     ├─text──► a terminal
//!                                                                                     └─svg───► docs/
//! ```

#![forbid(unsafe_code)]

pub mod page;
pub mod record;
