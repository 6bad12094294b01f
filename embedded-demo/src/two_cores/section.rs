//! Critical sections for two cores: the mask keeps out this core's interrupts, a spin lock the other core.
//!
//! Both are needed. With the lock alone, a handler could wait for the code that it preempts; with the mask
//! alone, both cores could be inside (`lost-updates` shows it). The lock holds the number of its owner, since
//! sections nest.

use super::second::this_core;
use core::hint::spin_loop;
use critical_section::{Impl, RawRestoreState};
use indivisible::atomic::{
    AtomicU8,
    Ordering::{Acquire, Relaxed, Release},
};

struct MaskAndLock;

critical_section::set_impl!(MaskAndLock);

const NONE: u8 = u8::MAX;

/// The core that is inside.
static OWNER: AtomicU8 = AtomicU8::new(NONE);

/// Bits of the state that the end of a section restores.
const UNMASK: RawRestoreState = 1;
const UNLOCK: RawRestoreState = 2;

#[allow(unsafe_code, reason = "the trait is unsafe")]
// SAFETY: From `acquire` to its `release`:
// 1. No other core is inside: OWNER holds this core's number, and the exchange takes it only from NONE.
// 2. No interrupt handler of this core runs: they are masked.
// 3. A `release` happens-before the next `acquire` (Release, Acquire).
// Only this core stores this core's number, so a Relaxed load suffices for it to find out whether it is the
// owner; and code does not move between cores.
unsafe impl Impl for MaskAndLock {
    unsafe fn acquire() -> RawRestoreState {
        let unmask = cortex_m::register::primask::read().is_active();
        cortex_m::interrupt::disable();
        let me = this_core();
        let mut restore = if unmask { UNMASK } else { 0 };
        if OWNER.load(Relaxed) != me {
            while OWNER
                .compare_exchange_weak(NONE, me, Acquire, Relaxed)
                .is_err()
            {
                spin_loop();
            }
            restore |= UNLOCK;
        }
        restore
    }

    unsafe fn release(restore: RawRestoreState) {
        if restore & UNLOCK != 0 {
            OWNER.store(NONE, Release);
        }
        if restore & UNMASK != 0 {
            // SAFETY: By the contract of `release`, they were enabled before the section that ends here.
            unsafe { cortex_m::interrupt::enable() };
        }
    }
}
