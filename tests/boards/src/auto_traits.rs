//! The parkers that no host has may be sent, shared and copied, and no module hides a crate: it compiles,
//! or it fails.

const fn crosses<T: Send + Sync + Copy + 'static>() {}

const _: () = crosses::<indivisible::wait::wfi::Wfi>();

#[cfg(target_arch = "arm")]
const _: () = {
    use indivisible::wait::wfe::{Event, Wfe};
    crosses::<Event>();
    crosses::<Wfe>();
};

/// A glob import brings no module whose name is a crate's.
const _: () = {
    #[allow(unused_imports, reason = "for the names that it would hide")]
    use indivisible::wait::*;

    #[cfg(target_arch = "arm")]
    const _: fn() = cortex_m::asm::wfi;
    #[cfg(target_arch = "riscv32")]
    const _: fn() = riscv::asm::wfi;
};
