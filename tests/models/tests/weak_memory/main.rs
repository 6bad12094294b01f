//! Weak memory: each ordering and fence of the library is there for a reason, and loom sees the reason.

#![cfg(indivisible_loom)]

mod facade;
mod id;
mod latest;
mod once;
mod pool;
mod progress;
mod race;
mod sharded;
mod statistics;
mod stop;
mod tasks;
