//! A path through the library: the examples of chapter 2 of *Rust Atomics and Locks*, in the chapter's order.
//!
//! Each example has a few lines that compile, a hazard, its cost, and a picture of the moment at which an interrupt makes the
//! difference. The *other side* is a thread, an interrupt handler or another
//! core: the examples are the same for all three, and here they are threads.
//!
//! | page | examples |
//! |---|---|
//! | [`load_and_store`] | load and store, stop flag, progress reporting, synchronization, lazy initialization |
//! | [`fetch_and_modify`] | fetch-and-modify, progress from multiple threads, statistics, ID allocation |
//! | [`compare_and_exchange`] | increment by compare-and-exchange, ABA, IDs without overflow, fetch-update, one-time initialization |
//! | [`beyond_one_word`] | the last value of several words, leased IDs, exact statistics |
//!
//! # How to read the costs
//!
//! The figures are those of a Cortex-M0, which has no compare-and-swap, with the feature `critical-section` and the
//! implementation of the `cortex-m` crate, with fat LTO and optimized for size (without LTO each mask is longer, see
//! `core/COST.md`): the instructions of one call that nothing disturbs, the frame of its function included, and how many
//! of them run with interrupts masked. They are counted while the machine code is interpreted, and a test holds them to
//! that count. On a Cortex-M3 and up, and on a host, none of them masks anything.

#[doc = include_str!("guide/beyond_one_word.md")]
pub mod beyond_one_word {}
#[doc = include_str!("guide/compare_and_exchange.md")]
pub mod compare_and_exchange {}
#[doc = include_str!("guide/fetch_and_modify.md")]
pub mod fetch_and_modify {}
#[doc = include_str!("guide/load_and_store.md")]
pub mod load_and_store {}
