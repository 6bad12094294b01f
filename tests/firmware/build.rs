//! Hands the linker the memory map of the board that the target stands for, and names the back end.

use std::{
    env,
    error::Error,
    fs,
    path::{Path, PathBuf},
};

fn main() -> Result<(), Box<dyn Error>> {
    // Also the build script of the packages in the directories here.
    let memory = Path::new(if Path::new("memory").exists() {
        "memory"
    } else {
        "../memory"
    });
    println!("cargo::rerun-if-changed={}", memory.display());
    let (board, scripts) = match env::var("TARGET")?.as_str() {
        "thumbv6m-none-eabi" => ("microbit", ["--nmagic", "-Tlink.x"]),
        "thumbv7m-none-eabi" => ("mps2-an385", ["--nmagic", "-Tlink.x"]),
        "riscv32imc-unknown-none-elf" => ("virt", ["-Tmemory.x", "-Tlink.x"]),
        target => return Err(format!("no board for the target {target}").into()),
    };
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("no OUT_DIR")?);
    fs::copy(memory.join(board).with_extension("x"), out.join("memory.x"))?;
    println!("cargo::rustc-link-search={}", out.display());
    for argument in scripts {
        println!("cargo::rustc-link-arg-bins={argument}");
    }

    // The library's own conditions, which it tells nobody.
    let is_set = |variable: &str| env::var_os(variable).is_some();
    let widths = env::var("CARGO_CFG_TARGET_HAS_ATOMIC").unwrap_or_default();
    let cas = widths.split(',').any(|width| width == "32");
    let sections = !cas && is_set("CARGO_FEATURE_CRITICAL_SECTION");
    let single_core = is_set("CARGO_CFG_PORTABLE_ATOMIC_UNSAFE_ASSUME_SINGLE_CORE");
    let native = !sections && (cas || single_core);
    let tier2 = native || sections;
    for (name, holds) in [
        ("cas", cas),
        ("native", native),
        ("tier2", tier2),
        ("wide", sections),
    ] {
        println!("cargo::rustc-check-cfg=cfg({name})");
        if holds {
            println!("cargo::rustc-cfg={name}");
        }
    }
    Ok(())
}
