//! What the library does on this machine, and what it refuses to compile.
//!
//! `cargo xtask test` runs all of it twice: with native atomics (stage `host`) and with
//! `--cfg indivisible_force_sections` (stage `sections`).

mod atomics;
mod auto_traits;
mod compile_fail;
mod primitives;
mod transcripts;
mod waiting;

use core::time::Duration;

/// The time limit of work that ends by itself: only a hang reaches it.
const LIMIT: Duration = Duration::from_secs(120);

/// The time limit of a planted hang.
const SHORT: Duration = Duration::from_millis(200);
