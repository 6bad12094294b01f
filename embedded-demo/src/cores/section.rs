//! Critical sections for two cores: this core's interrupts are masked, and the other core is kept out
//! by a spin lock.
//!
//! Either alone would not do. With the lock alone, an interrupt could wait for the code that it
//! interrupted; with the mask alone, both cores could be inside (`lost-updates` shows it). The lock
//! says whose it is, since a section may come within a section.

use super::second::this_core;
use core::hint::spin_loop;
use critical_section::{Impl, RawRestoreState};
use indivisible::atomic::{
    AtomicU8,
    Ordering::{Acquire, Relaxed, Release},
};

struct MaskAndLock;

critical_section::set_impl!(MaskAndLock);

const NOBODY: u8 = u8::MAX;

/// The core that is inside.
static OWNER: AtomicU8 = AtomicU8::new(NOBODY);

/// What the end of a section restores.
const UNMASK: RawRestoreState = 1;
const UNLOCK: RawRestoreState = 2;

#[allow(unsafe_code, reason = "the trait is unsafe")]
// SAFETY: From `acquire` to the `release` that fits, no other core is inside, since OWNER is this core,
// and no interrupt handler of this core runs, since they are masked. Acquire and Release order what
// successive owners do. Only this core ever stores this core's number, so Relaxed tells it reliably
// whether it is the owner; and it cannot change cores.
unsafe impl Impl for MaskAndLock {
    unsafe fn acquire() -> RawRestoreState {
        let unmask = cortex_m::register::primask::read().is_active();
        cortex_m::interrupt::disable();
        let me = this_core();
        let mut restore = if unmask { UNMASK } else { 0 };
        if OWNER.load(Relaxed) != me {
            while OWNER
                .compare_exchange_weak(NOBODY, me, Acquire, Relaxed)
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
            OWNER.store(NOBODY, Release);
        }
        if restore & UNMASK != 0 {
            // SAFETY: They were enabled before the section that ends here, says the caller.
            unsafe { cortex_m::interrupt::enable() };
        }
    }
}
