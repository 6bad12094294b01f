//! The tables of this repository.

use std::process::ExitCode;

#[path = "common/toolchain.rs"]
mod toolchain;

fn main() -> ExitCode {
    toolchain::tables()
        .table("tests/tables/counter.rs")
        .table("tests/tables/heapless.rs")
        .table("tests/tables/rules.rs")
        .table("tests/tables/cores.rs")
        .table("tests/tables/enabled.rs")
        .table("tests/tables/events.rs")
        .table("tests/tables/indivisible.rs")
        .table("tests/tables/adversarial.rs")
        .table("tests/tables/core_state.rs")
        .run()
}
