//! The operations of the library, a module for each of its modules: which of them interrupts which, on what object.
//!
//! The features of a build: `changes` (there is read-modify-write), `native` (it is no critical section), `wide` (64 bits
//! on a target of 32).
//!
//! Each operation meets every set of two handlers, and each one of the other core. In the build of section mode for two
//! cores, it meets every set of three, and each handler beside the other core: there, a change takes a lock.
//! `INTERLOPER_DEPTH=3` and `INTERLOPER_BESIDE_CORES=1` do so in all builds, in three times the time.
//!
//! ```toml
//! [interloper]
//! handlers-beside-cores = 0
//!
//! [interloper.builds.load-store-size]
//! target = "thumbv6m-none-eabi"
//!
//! [interloper.builds.load-store-speed]
//! target = "thumbv6m-none-eabi"
//! one-core = true
//! profile = { opt-level = 3 }
//!
//! [interloper.builds.sections-size]
//! target = "thumbv6m-none-eabi"
//! features = ["changes", "wide", "indivisible/critical-section"]
//! handlers = 3
//! handlers-beside-cores = 1
//!
//! [interloper.builds.sections-speed]
//! target = "thumbv6m-none-eabi"
//! features = ["changes", "wide", "indivisible/critical-section"]
//! one-core = true
//! profile = { opt-level = 3 }
//!
//! [interloper.builds.single-core-size]
//! target = "thumbv6m-none-eabi"
//! features = ["changes", "native"]
//! rustflags = ["--cfg", "portable_atomic_unsafe_assume_single_core"]
//! one-core = true
//!
//! [interloper.builds.single-core-speed]
//! target = "thumbv6m-none-eabi"
//! features = ["changes", "native"]
//! rustflags = ["--cfg", "portable_atomic_unsafe_assume_single_core"]
//! one-core = true
//! profile = { opt-level = 3 }
//!
//! [interloper.builds.native-size]
//! target = "thumbv7m-none-eabi"
//! features = ["changes", "native"]
//!
//! [interloper.builds.native-speed]
//! target = "thumbv7m-none-eabi"
//! features = ["changes", "native"]
//! one-core = true
//! profile = { opt-level = 3 }
//!
//! [interloper.builds.armv8-size]
//! target = "thumbv8m.main-none-eabi"
//! features = ["changes", "native"]
//!
//! [interloper.builds.riscv-sections-size]
//! target = "riscv32imc-unknown-none-elf"
//! features = ["changes", "wide", "indivisible/critical-section"]
//!
//! # What a report reads: lines and inlined functions.
//! [profile.release]
//! debug = 1
//!
//! [dependencies]
//! indivisible = { path = "../../../core", features = ["waker"] }
//!
//! [target.'cfg(target_arch = "arm")'.dependencies]
//! cortex-m = "0.7.7"
//! heapless = "0.9"
//! indivisible = { path = "../../../core", features = ["cortex-m"] }
//!
//! [target.'cfg(target_arch = "riscv32")'.dependencies]
//! indivisible = { path = "../../../core", features = ["riscv"] }
//! riscv = "0.16"
//!
//! # An atomic of 64 bits on a target that has 32, for its hang.
//! [target.'cfg(target_has_atomic = "32")'.dependencies]
//! portable-atomic = { version = "1.11", default-features = false, features = ["fallback"] }
//! ```

#![deny(unused, reason = "cargo shows no warnings of a table that builds")]

// heapless offers its queue only on targets in its list of those with atomic loads and stores.
#[cfg(target_arch = "arm")]
mod foreign;
mod latest;
mod planted;
mod progress;
mod race;
mod restartable;
mod ring;
mod sharded;
mod stop;
mod wait;

#[cfg(target_arch = "arm")]
mod event;
#[cfg(all(feature = "changes", target_arch = "arm"))]
mod section;

#[cfg(feature = "changes")]
mod atomic;
#[cfg(feature = "changes")]
mod id;
#[cfg(feature = "changes")]
mod once;
#[cfg(feature = "changes")]
mod pool;
#[cfg(feature = "changes")]
mod rounds;
#[cfg(feature = "changes")]
mod stats;
#[cfg(feature = "changes")]
mod tasks;
#[cfg(feature = "changes")]
mod update;
