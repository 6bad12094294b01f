//! Hands the linker the layout that `cargo xtask cost` expects.

fn main() {
    println!("cargo::rerun-if-changed=link.x");
    let dir = std::env::var("CARGO_MANIFEST_DIR").expect("cargo sets it");
    println!("cargo::rustc-link-arg-bins=-T{dir}/link.x");
}
