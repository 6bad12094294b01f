// error[E0277]: this operation needs read-modify-write, which this target has only with a back end: in Cargo.toml write `indivisible = { version = "0.1", features = ["critical-section"] }`
#![no_std]
use indivisible::{progress::Progress, wait::Polling};

pub fn wait(progress: &Progress) -> bool {
    let _ = progress.is_complete();
    progress.wait_complete(&Polling).is_ok()
}
