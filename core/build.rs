//! Names what `src/sync.rs` must know of the target, so that no condition is spelled out twice.
//!
//! | name       | meaning |
//! |------------|---------|
//! | `native`   | a change is an instruction, or portable-atomic's substitute on a single core |
//! | `sections` | a change is one critical section |
//! | `tier2`    | either of the two: read-modify-write exists |
//! | `tasks`    | tasks may wait: there is read-modify-write, and the feature `waker` |
//! | `wide`     | 64-bit words exist, and none of them takes a lock |
//! | `words`    | `core` has load and store of 8, 16 and 32 bits here |
//! | `wide_loads` | 64 bits are loaded and stored by an instruction |
//! | `modelled` | loom or the explorer stands for the hardware |
//! | `basepri`  | a Cortex-M that can mask by priority (BASEPRI, FAULTMASK) |
//! | `wfi`      | `main` can sleep in WFI: bare metal, and the feature of its architecture |
//! | `wfe`      | the same of WFE: a Cortex-M |

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let list = |variable: &str| env::var(variable).unwrap_or_default();
    let is_set = |variable: &str| env::var_os(variable).is_some();
    let has_atomic = |width: &str| {
        list("CARGO_CFG_TARGET_HAS_ATOMIC")
            .split(',')
            .any(|it| it == width)
    };

    // portable-atomic tells its other choices to nobody; this one is visible to both crates.
    let single_core = is_set("CARGO_CFG_PORTABLE_ATOMIC_UNSAFE_ASSUME_SINGLE_CORE");
    let forced = is_set("CARGO_CFG_INDIVISIBLE_FORCE_SECTIONS");
    let cas = has_atomic("32");
    let native = (cas || single_core) && !forced;
    let sections = forced || !native && is_set("CARGO_FEATURE_CRITICAL_SECTION");
    // With native compare-and-swap of 32 bits only, 64 bits would be a global spin lock.
    let wide = has_atomic("64") || !cas && (native || sections);
    // Stable Rust does not tell a library whether load and store exist without compare-and-swap.
    let target = list("TARGET");
    let is_one_of = |prefixes: &[&str]| prefixes.iter().any(|it| target.starts_with(it));
    let words = cas || is_one_of(&["thumbv6m", "riscv32"]);
    let modelled = is_set("CARGO_CFG_INDIVISIBLE_LOOM") || is_set("CARGO_CFG_INDIVISIBLE_EXPLORE");
    let basepri = is_one_of(&["thumbv7", "thumbv8m.main"]);

    let m_profile = is_one_of(&["thumbv6m", "thumbv7m", "thumbv7em", "thumbv8m"]);
    let wfe = m_profile && is_set("CARGO_FEATURE_CORTEX_M");
    let machine_mode = list("CARGO_CFG_TARGET_ARCH") == "riscv32"
        && list("CARGO_CFG_TARGET_OS") == "none"
        && is_set("CARGO_FEATURE_RISCV");

    for (name, holds) in [
        ("native", native),
        ("sections", sections),
        ("tier2", native || sections),
        (
            "tasks",
            (native || sections) && is_set("CARGO_FEATURE_WAKER"),
        ),
        ("wide", wide),
        ("wide_loads", has_atomic("64")),
        ("words", words),
        ("modelled", modelled),
        ("basepri", basepri),
        ("wfe", wfe),
        ("wfi", wfe || machine_mode),
    ] {
        println!("cargo::rustc-check-cfg=cfg({name})");
        if holds {
            println!("cargo::rustc-cfg={name}");
        }
    }
}
