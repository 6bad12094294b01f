//! Runs interrupt handlers at every instruction boundary of machine code, inside a test on the host.
//!
//! The README shows a whole test. In short: a *table* declares an object and the operations on it; [`main!`] builds it
//! for bare-metal targets, executes the machine code in a [`machine`], lets each handler interrupt the other operation
//! at every instruction, and compares what is answered with what the operations answer one after the other.
//!
//! ```ignore
//! // tests/interrupts.rs, with `harness = false`
//! interloper::main!("tests/interrupts/queue.rs");
//! ```
//!
//! # Settings
//!
//! | variable | meaning |
//! |---|---|
//! | `INTERLOPER_TARGETS` | targets, separated by commas, instead of those of the table; or the builds of the table that run, by name or target. Each has to choose a build |
//! | `INTERLOPER_DEPTH` | the most handlers of a test on one core, in place of `handlers` of the table, which is 2 |
//! | `INTERLOPER_BESIDE_CORES` | the most handlers of a test on two cores, in place of `handlers-beside-cores` |
//! | `INTERLOPER_MODE` | `pruned`; `merged` and `exhaustive`, without reductions, and the latter without exclusive stores and sleeps that end for no reason; `audit`: all of them, compared |
//! | `INTERLOPER_STEPS`, `INTERLOPER_STATES` | when a test gives up, and fails |
//! | `INTERLOPER_REPLAY` | one run of one test, as the failed test names it, listed instruction by instruction; the test fails |
//! | `INTERLOPER_PIN` | 1: the files of [`Tables::masked`] and [`Tables::explored`] are written anew, and the third column of that of [`Tables::unexecuted`]; 0: they are compared |
//! | `INTERLOPER_RUSTC` | the compiler that builds the tables |
//! | `INTERLOPER_JSON` | a directory for [records](report::record::Record) |

#![forbid(unsafe_code)]

mod audit;
mod check;
mod combination;
mod explorer;
mod failure;
mod helper;
mod image;
pub mod landings;
mod layout;
pub mod machine;
mod oracle;
mod pins;
mod repeats;
mod replay;
pub mod report;
mod runner;
mod scenario;
mod settings;
mod table;
mod target;

pub use runner::Tables;

/// The `main` of a test with `harness = false`: tests the tables in these files, relative to `Cargo.toml`.
#[macro_export]
macro_rules! main {
    ($($table:expr),+ $(,)?) => {
        fn main() -> ::std::process::ExitCode {
            $crate::Tables::new(env!("CARGO_MANIFEST_DIR"), env!("CARGO_TARGET_TMPDIR"))
                $(.table($table))+
                .run()
        }

        // It exists only where `harness = false` is missing: there, `main` does not run.
        #[test]
        fn harness_is_false() {
            panic!(
                "the tables are not tested: Cargo.toml needs a `[[test]]` with `name = \"{}\"` and `harness = false`",
                env!("CARGO_CRATE_NAME")
            );
        }
    };
}
