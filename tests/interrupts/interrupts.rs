//! An interrupt at every instruction of every operation, on every back end: `operations/` has the table.

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
