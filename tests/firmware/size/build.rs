//! Hands the linker the memory map of a micro:bit.

use std::{env, error::Error, fs, path::Path};

const MAP: &str = "../../../runner/memory/microbit.x";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={MAP}");
    let out = env::var_os("OUT_DIR").ok_or("no OUT_DIR")?;
    fs::copy(MAP, Path::new(&out).join("memory.x"))?;
    println!("cargo::rustc-link-search={}", out.display());
    println!("cargo::rustc-link-arg-bins=--nmagic");
    println!("cargo::rustc-link-arg-bins=-Tlink.x");
    Ok(())
}
