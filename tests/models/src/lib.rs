//! The primitives under two checkers that run every execution, up to stated bounds.
//!
//! | | `weak` memory | `explorer` |
//! |---|---|---|
//! | is | loom | part of this package |
//! | selected by | `--cfg indivisible_loom` | `--cfg indivisible_explore` |
//! | a load may return | any value that C++ allows | the last store |
//! | finds | a missing ordering or fence, data races, deadlocks | a missing step, deadlocks, histories without a sequential order |
//! | leaves out | executions that loom's reduction misses, see `weak` | nothing: no reduction |
//!
//! Either runs the code of the library itself, in native mode and, with `--cfg
//! indivisible_force_sections`, in section mode. `cargo xtask models` runs all four.

#[cfg(indivisible_explore)]
pub mod explorer;
pub mod pair;
#[cfg(any(indivisible_loom, indivisible_explore))]
pub mod report;
#[cfg(indivisible_loom)]
pub mod weak;
