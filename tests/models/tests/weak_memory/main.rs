//! Weak memory: loom finds a failing execution for each ordering and fence that a mutant weakens.

#![cfg(indivisible_loom)]

mod facade;
mod id;
mod latest;
mod once;
mod pool;
mod progress;
mod race;
mod sharded;
mod stats;
mod stop;
mod tasks;
mod threads;
