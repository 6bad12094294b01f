//! Every interleaving, in sequential consistency: each history has a sequential order, no actor sleeps for
//! ever, and no actor enters a cell that another one is inside.

#![cfg(indivisible_explore)]

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
