//! Our types compared with every peer: the same operation, in one process, in rounds that take turns.
//!
//! A [`side::Side`] is one implementation of an operation: how to make the shared object, what a thread
//! repeats on it, and how to check the result. A [`contest::Contest`] is our side and its rivals. Every
//! timed round is checked: a benchmark of broken code fails.
//!
//! `cargo xtask bench` runs the contests of [`contests`], `cargo xtask bench --instructions` counts
//! their instructions, and `cargo bench -p benchmarks --features criterion` shows them to Criterion.

pub mod chapter;
pub mod contest;
pub mod contests;
pub mod growth;
pub mod instructions;
pub mod machine;
#[cfg(test)]
mod queue;
pub mod report;
pub mod round;
pub mod row;
pub mod side;
pub mod sizes;
