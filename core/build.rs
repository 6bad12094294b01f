//! Names the conditions on the target that `src/sync.rs` and `src/wait.rs` depend on, so that none is spelled
//! out twice.
//!
//! | name         | meaning |
//! |--------------|---------|
//! | `native`     | a change is an instruction, or portable-atomic's substitute on a single core |
//! | `single_core`| of those: there is no compare-and-swap, and the program promises a single core |
//! | `sections`   | the other: a change is one critical section |
//! | `no_back_end`| of those: there is no critical section, and no change compiles |
//! | `tasks`      | tasks may wait: the feature `waker` |
//! | `listeners`  | any number of tasks may wait: the features `waker` and `std`, and an operating system |
//! | `threads`    | threads may wait: there is an operating system, and the feature `std` |
//! | `wide`       | 64-bit words exist, and none of them takes a lock |
//! | `halves`     | of those: they are two words of 32 bits |
//! | `wide_loads` | 64 bits are loaded and stored by an instruction |
//! | `modelled`   | loom or the explorer stands for the hardware |
//! | `no_const`   | of those: loom, whose atomics are not made when compiling |
//! | `basepri`    | a Cortex-M that can mask by priority (`BASEPRI`, `FAULTMASK`) |
//! | `wfi`        | `main` can sleep in WFI: bare metal, and the feature of its architecture |
//! | `wfe`        | the same of WFE: a Cortex-M |
//!
//! Without compare-and-swap the feature `critical-section` decides before `--cfg
//! portable_atomic_unsafe_assume_single_core` does: any crate of the program may have turned the
//! feature on because it relies on one section per change, and a feature must not lose its promise.

#[path = "build/target.rs"]
mod target;

use std::env;
use target::Target;

/// The one error on a target that cannot be supported. Nothing of the library is compiled then.
const REFUSAL: &str = "indivisible needs a target whose `core` loads and stores 8, 16 and 32 bits \
     atomically: every Cortex-M, every RISC-V, and every target with compare-and-swap. If this target does \
     (`core::sync::atomic::AtomicU32` exists there), add `\"--cfg\", \"indivisible_load_store\"` to `rustflags` in \
     `.cargo/config.toml`";

fn main() {
    // A changed script is run again by itself; naming one file keeps cargo from looking at all.
    println!("cargo::rerun-if-changed=Cargo.toml");
    let is_set = |variable: &str| env::var_os(variable).is_some();
    let target = Target::detect(|variable| env::var(variable).ok());
    if !target.load_store {
        println!("cargo::error={REFUSAL}");
        return;
    }

    let promised = is_set("CARGO_CFG_PORTABLE_ATOMIC_UNSAFE_ASSUME_SINGLE_CORE");
    let forced = is_set("CARGO_CFG_INDIVISIBLE_FORCE_SECTIONS");
    let chosen = forced || !target.cas && is_set("CARGO_FEATURE_CRITICAL_SECTION");
    let single_core = !chosen && !target.cas && promised;
    let native = !chosen && (target.cas || single_core);
    let sections = !native;
    // With compare-and-swap of 32 bits only, 64 bits would be a global spin lock; on a single core they
    // would need a feature of portable-atomic that other crates of the program would get as well.
    let wide = target.cas_64 || sections && !target.cas;
    // Section mode on a host stands for a 32-bit target also in this.
    let halves = wide && sections && (forced || !target.load_store_64);
    let loom = is_set("CARGO_CFG_INDIVISIBLE_LOOM");
    let modelled = loom || is_set("CARGO_CFG_INDIVISIBLE_EXPLORE");

    let hosted = env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os != "none");
    let tasks = is_set("CARGO_FEATURE_WAKER");
    let threads = is_set("CARGO_FEATURE_STD") && hosted;
    let wfe = target.m_profile && is_set("CARGO_FEATURE_CORTEX_M");
    let wfi = wfe || target.riscv_bare && is_set("CARGO_FEATURE_RISCV");

    for (name, holds) in [
        ("native", native),
        ("single_core", single_core),
        ("sections", sections),
        ("no_back_end", sections && !chosen),
        ("tasks", tasks),
        ("listeners", tasks && threads),
        ("threads", threads),
        ("wide", wide),
        ("halves", halves),
        ("wide_loads", target.load_store_64),
        ("modelled", modelled),
        ("no_const", loom),
        ("basepri", target.basepri),
        ("wfi", wfi),
        ("wfe", wfe),
    ] {
        println!("cargo::rustc-check-cfg=cfg({name})");
        if holds {
            println!("cargo::rustc-cfg={name}");
        }
    }
}
