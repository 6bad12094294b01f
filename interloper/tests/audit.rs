//! Each test of these tables explored with and without the reductions: they show the same.
//!
//! `INTERLOPER_MODE=audit cargo test --test tables` does it for all tables, and takes minutes.

use std::process::ExitCode;

#[path = "common/toolchain.rs"]
mod toolchain;

fn main() -> ExitCode {
    toolchain::tables()
        .table("tests/tables/counter.rs")
        .table("tests/tables/heapless.rs")
        .table("tests/tables/rules.rs")
        .table("tests/tables/cores.rs")
        .table("tests/tables/events.rs")
        .table("tests/tables/adversarial.rs")
        .table("tests/tables/core_state.rs")
        .audit()
        .run()
}
