//! An interrupt at every instruction of every operation, on every back end: `operations/` has the table.
//!
//! `INTERLOPER_MODE=audit INTERLOPER_DEPTH=1 INTERLOPER_BESIDE_CORES=0` also searches each pair without reductions, and
//! compares; without the other two variables, it compares the sets of handlers as well, as far as 300,000 instructions
//! lead.

use std::process::ExitCode;

#[path = "../../interloper/tests/common/toolchain.rs"]
mod toolchain;

fn main() -> ExitCode {
    toolchain::tables()
        .table("operations/table.rs")
        .masked("masked.tsv")
        .unexecuted("unexecuted.tsv")
        .explored("explored.tsv")
        .run()
}
