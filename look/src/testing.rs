//! The record, made once for all tests.

use std::{path::Path, sync::LazyLock};

use crate::{
    Toolchain,
    land::{Scene, find},
    record::Look,
};

static LOOK: LazyLock<Look> =
    LazyLock::new(|| crate::look(&toolchain()).expect("the firmware builds"));

/// The compiler that `cargo xtask setup` makes where rustup has no bare-metal targets.
pub(crate) fn toolchain() -> Toolchain {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    // The same path as in `cargo xtask look`: the flags of the compiler name it, and cargo builds anew for other flags.
    let target = root
        .expect("the package is in the workspace")
        .join("target");
    let made = target.join("embedded-toolchain/bin/rustc");
    Toolchain {
        scratch: target.join("look"),
        rustc: made.exists().then_some(made),
    }
}

/// Every landing of every example.
pub(crate) fn look() -> &'static Look {
    &LOOK
}

/// The most telling landing of an example.
pub(crate) fn scene(example: &str) -> Scene<'static> {
    find(look(), example, None).expect("there is such an example")
}
