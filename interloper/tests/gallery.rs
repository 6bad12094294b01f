//! The gallery: operations of published crates, at pinned versions. `docs/findings.md` explains the verdicts.
//!
//! It downloads the crates, so it is run by name: `cargo test -p interloper --features gallery --test gallery`.

use std::process::ExitCode;

#[path = "common/toolchain.rs"]
mod toolchain;

fn main() -> ExitCode {
    toolchain::tables()
        .table("gallery/atomics.rs")
        .table("gallery/bbqueue.rs")
        .table("gallery/cells.rs")
        .table("gallery/embassy_sync.rs")
        .table("gallery/heapless.rs")
        .table("gallery/rtic_sync.rs")
        .table("gallery/thingbuf.rs")
        .run()
}
