//! The programs on the host: each refuses.

use std::process::ExitCode;

/// Defines `main` of a program: on the host, one that refuses.
#[macro_export]
macro_rules! program {
    ($name:ident) => {
        fn main() -> std::process::ExitCode {
            $crate::refuse()
        }
    };
}

/// Prints how to run the firmware, and returns exit code 2.
#[must_use]
pub fn refuse() -> ExitCode {
    eprintln!("This is firmware: use `cargo run` inside embedded-demo/.");
    ExitCode::from(2)
}
