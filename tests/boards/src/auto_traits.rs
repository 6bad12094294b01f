//! The parkers that no host has may be sent, shared and copied: it compiles, or it fails.

const fn crosses<T: Send + Sync + Copy + 'static>() {}

#[cfg(target_arch = "arm")]
const _: () = {
    use indivisible::wait::cortex_m::{Event, Wfe, Wfi};
    crosses::<Event>();
    crosses::<Wfe>();
    crosses::<Wfi>();
};

#[cfg(target_arch = "riscv32")]
const _: () = crosses::<indivisible::wait::riscv::Wfi>();
