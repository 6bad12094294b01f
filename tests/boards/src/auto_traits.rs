//! The parkers that no host has may be sent, shared and copied: it compiles, or it fails.

const fn crosses<T: Send + Sync + Copy + 'static>() {}

const _: () = crosses::<indivisible::wait::wfi::Wfi>();

#[cfg(target_arch = "arm")]
const _: () = {
    use indivisible::wait::wfe::{Event, Wfe};
    crosses::<Event>();
    crosses::<Wfe>();
};
