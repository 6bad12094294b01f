//! Gives the linker the memory map of the target's board.

use core::error::Error;
use std::{env, fs, path::PathBuf};

/// The memory maps of every machine.
const MEMORY: &str = "../runner/memory";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={MEMORY}");
    println!(
        "cargo::rustc-check-cfg=cfg(board, values(\"microbit\", \"lm3s6965evb\", \"virt\", \"mps2-an521\"))"
    );
    println!("cargo::rustc-check-cfg=cfg(party, values(\"interrupts\", \"cores\"))");
    let (board, party) = match env::var("TARGET")?.as_str() {
        "thumbv6m-none-eabi" => ("microbit", "interrupts"),
        "thumbv7m-none-eabi" => ("lm3s6965evb", "interrupts"),
        "riscv32imc-unknown-none-elf" => ("virt", "interrupts"),
        "thumbv8m.main-none-eabi" => ("mps2-an521", "cores"),
        target if target.contains("-none") => {
            return Err(format!("no board for the target {target}").into());
        }
        // The host: nothing to link.
        _ => return Ok(()),
    };
    println!("cargo::rustc-cfg=board=\"{board}\"");
    println!("cargo::rustc-cfg=party=\"{party}\"");
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
