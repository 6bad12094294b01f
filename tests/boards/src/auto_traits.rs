//! Compile-time tests: the parkers that no host has may be sent, shared and copied, and no module shadows
//! a crate.

const fn crosses<T: Send + Sync + Copy + 'static>() {}

const _: () = crosses::<indivisible::wait::wfi::Wfi>();

#[cfg(target_arch = "arm")]
const _: () = {
    use indivisible::wait::wfe::{Event, Wfe};
    crosses::<Event>();
    crosses::<Wfe>();
};

/// A glob import brings no module with the name of a crate.
const _: () = {
    #[allow(unused_imports, reason = "for the names that it would shadow")]
    use indivisible::wait::*;

    #[cfg(target_arch = "arm")]
    const _: fn() = cortex_m::asm::wfi;
    #[cfg(target_arch = "riscv32")]
    const _: fn() = riscv::asm::wfi;
};
