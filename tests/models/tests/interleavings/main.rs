//! Every interleaving, in sequential consistency: each history has a sequential order, nobody sleeps for
//! ever, nobody touches what another is in the middle of touching.

#![cfg(indivisible_explore)]

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
