// error[E0277]: this operation needs read-modify-write, which this target has only with a back end: in Cargo.toml write `indivisible = { version = "0.1", features = ["critical-section"] }`
#![no_std]
use indivisible::progress::Progress;

pub fn advance(progress: &Progress) {
    progress.advance(1);
}
