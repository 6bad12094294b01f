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

/// Tells how to run the firmware.
#[must_use]
pub fn refuse() -> ExitCode {
    eprintln!("This is firmware: use `cargo run` inside embedded-demo/.");
    ExitCode::from(2)
}
