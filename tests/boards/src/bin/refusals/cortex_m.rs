//! The masks of a Cortex-M.

use super::Seen;
use cortex_m::register::primask;
use indivisible::wait::{
    Park, WaitError, WakeReason,
    wfe::{Event, Wfe},
};

/// Each cause returns the result of the attempt, or `None` if the attempt has changed the mask.
pub(crate) const CAUSES: &[super::Cause] = &[
    ("PRIMASK set", with_primask),
    #[cfg(board = "lm3s6965evb")]
    ("BASEPRI set", priority::with_basepri),
    #[cfg(board = "lm3s6965evb")]
    ("FAULTMASK set", priority::with_faultmask),
    #[cfg(board = "lm3s6965evb")]
    ("unprivileged", privilege::without),
];

pub(crate) fn try_wfe() -> Option<Result<WakeReason, WaitError>> {
    Some(Wfe.park_unless(&Event, &mut || true))
}

fn with_primask(attempt: fn() -> Seen) -> Option<Seen> {
    cortex_m::interrupt::free(|_| {
        let seen = attempt();
        primask::read().is_inactive().then_some(seen)
    })
}

/// The masks that a Cortex-M0 lacks.
#[cfg(board = "lm3s6965evb")]
mod priority {
    use super::Seen;
    use core::arch::asm;
    use cortex_m::register::{basepri, faultmask};

    /// The priority in the bits that this processor implements.
    const SOME: u8 = 0x40;

    pub(super) fn with_basepri(attempt: fn() -> Seen) -> Option<Seen> {
        set_basepri(SOME);
        let seen = attempt();
        let unchanged = basepri::read() == SOME;
        set_basepri(0);
        unchanged.then_some(seen)
    }

    #[allow(unsafe_code, reason = "masks are unsafe to change")]
    fn set_basepri(to: u8) {
        // SAFETY: no critical section is active, so this ends none.
        unsafe { basepri::write(to) };
    }

    #[allow(unsafe_code, reason = "there is no function for it")]
    pub(super) fn with_faultmask(attempt: fn() -> Seen) -> Option<Seen> {
        // SAFETY: masks; touches no memory. As a barrier for the compiler, it keeps `attempt` behind it.
        unsafe { asm!("cpsid f", options(nostack, preserves_flags)) };
        let seen = attempt();
        let unchanged = faultmask::read().is_inactive();
        // SAFETY: reverts the instruction above; no critical section is active.
        unsafe { asm!("cpsie f", options(nostack, preserves_flags)) };
        unchanged.then_some(seen)
    }
}

/// Unprivileged thread mode, which QEMU's Cortex-M0 lacks.
#[cfg(board = "lm3s6965evb")]
mod privilege {
    use super::Seen;
    use core::arch::asm;
    use cortex_m::register::control::{self, Npriv};
    use cortex_m_rt::exception;

    #[allow(unsafe_code, reason = "leaving unprivileged mode takes an exception")]
    pub(super) fn without(attempt: fn() -> Seen) -> Option<Seen> {
        set(Npriv::Unprivileged);
        let seen = attempt();
        let unchanged = control::read().npriv().is_unprivileged();
        // SAFETY: `SVCall` below changes no register but CONTROL.
        unsafe { asm!("svc 0") };
        unchanged.then_some(seen)
    }

    #[exception]
    fn SVCall() {
        set(Npriv::Privileged);
    }

    #[allow(unsafe_code, reason = "CONTROL also selects the stack")]
    fn set(npriv: Npriv) {
        let mut control = control::read();
        control.set_npriv(npriv);
        // SAFETY: the selected stack does not change.
        unsafe { control::write(control) };
    }
}
