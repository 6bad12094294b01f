//! What the binaries are on the host.

use std::process::ExitCode;

/// Makes `main` of a program: on the host, one that refuses.
#[macro_export]
macro_rules! program {
    ($name:ident) => {
        fn main() -> std::process::ExitCode {
            $crate::refuse()
        }
    };
}

/// Says where this can be run.
#[must_use]
pub fn refuse() -> ExitCode {
    eprintln!("This is firmware: use `cargo run` inside embedded-demo/.");
    ExitCode::from(2)
}
