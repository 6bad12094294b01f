//! Gives the linker the memory map of the target's board; sets the cfg `back_end` if `indivisible` has
//! one.

use core::error::Error;
use std::{env, fs, path::PathBuf};

/// The memory maps of every machine.
const MEMORY: &str = "../../runner/memory";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={MEMORY}");
    println!("cargo::rustc-check-cfg=cfg(board, values(\"microbit\", \"lm3s6965evb\", \"virt\"))");
    println!("cargo::rustc-check-cfg=cfg(back_end)");
    let board = match env::var("TARGET")?.as_str() {
        "thumbv6m-none-eabi" => "microbit",
        "thumbv7m-none-eabi" => "lm3s6965evb",
        "riscv32imc-unknown-none-elf" => "virt",
        target if target.contains("-none") => {
            return Err(format!("no board for the target {target}").into());
        }
        // The host: nothing to link.
        _ => return Ok(()),
    };
    println!("cargo::rustc-cfg=board=\"{board}\"");
    let back_ends = [
        "CARGO_FEATURE_BACK_END",
        "CARGO_CFG_PORTABLE_ATOMIC_UNSAFE_ASSUME_SINGLE_CORE",
    ];
    if back_ends.iter().any(|it| env::var_os(it).is_some()) {
        println!("cargo::rustc-cfg=back_end");
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("no OUT_DIR")?);
    fs::copy(format!("{MEMORY}/{board}.x"), out.join("memory.x"))?;
    println!("cargo::rustc-link-search={}", out.display());
    // riscv-rt's script does not include the map.
    let map = (board == "virt").then_some("-Tmemory.x");
    for argument in map.into_iter().chain(["--nmagic", "-Tlink.x", "-Tdefmt.x"]) {
        println!("cargo::rustc-link-arg-bins={argument}");
    }
    Ok(())
}
