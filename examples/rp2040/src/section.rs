//! The critical section for two cores: masks the interrupts of this core, and takes a spin lock that the other
//! core takes too.
//!
//! The spin lock is number 31 of the chip's hardware: reading the register takes it, if the result is not zero; writing
//! it releases it. (RP2040 datasheet, 2.3.1.3.) A HAL for the chip has the same; this program has none.

use crate::register;
use core::sync::atomic::{
    AtomicU8,
    Ordering::{Acquire, Relaxed, Release},
    fence,
};
use cortex_m::{interrupt, register::primask};
use critical_section::{Impl, RawRestoreState, set_impl};

const SPIN_LOCK_31: u32 = 0xD000_017C;
const CPUID: u32 = 0xD000_0000;

/// Releases the lock that a core held when a debugger reset the cores: their reset leaves the spin locks as they were.
/// Called once, while the other core is off and this one is in no section.
pub fn release_from_before_reset() {
    register::write(SPIN_LOCK_31, 1);
}

/// The core that holds the lock, plus one.
static OWNER: AtomicU8 = AtomicU8::new(0);

const NESTED: RawRestoreState = 0;
const MASKED_BEFORE: RawRestoreState = 1;
const UNMASKED_BEFORE: RawRestoreState = 2;

struct Section;
set_impl!(Section);

// SAFETY: between `acquire` and `release` no other code enters a section. Code of the other core finds the lock
// taken. Handlers of this core are masked. A nested section finds this core as the owner, which only this core
// stores, and leaves lock and mask to the outermost. The Release fence before the lock is written
// synchronizes with the Acquire fence after it is read: what a section has written is seen by the next one.
unsafe impl Impl for Section {
    unsafe fn acquire() -> RawRestoreState {
        let core = register::read(CPUID) as u8 + 1;
        if OWNER.load(Relaxed) == core {
            return NESTED;
        }
        let was_unmasked = primask::read().is_active();
        loop {
            interrupt::disable();
            if register::read(SPIN_LOCK_31) != 0 {
                break;
            }
            // While it waits, the handlers of this core may run.
            if was_unmasked {
                // SAFETY: this core is in no section, and interrupts were unmasked before.
                unsafe { interrupt::enable() };
            }
        }
        fence(Acquire);
        OWNER.store(core, Relaxed);
        if was_unmasked {
            UNMASKED_BEFORE
        } else {
            MASKED_BEFORE
        }
    }

    unsafe fn release(before: RawRestoreState) {
        if before == NESTED {
            return;
        }
        OWNER.store(0, Relaxed);
        fence(Release);
        register::write(SPIN_LOCK_31, 1);
        if before == UNMASKED_BEFORE {
            // SAFETY: the outermost section ends here, and interrupts were unmasked before it.
            unsafe { interrupt::enable() };
        }
    }
}
