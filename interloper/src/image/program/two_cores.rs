
use core::sync::atomic::{AtomicU8, Ordering};

/// The core in the section: its number and 1; 0 for none.
static OWNER: AtomicU8 = AtomicU8::new(0);

struct Section;
critical_section::set_impl!(Section);

// SAFETY: masked interrupts keep the handlers of this core from running until `release`, and the lock
// keeps the other core out. Only the owner's own core finds its number in `OWNER`, so a nested section
// is recognized by that, and it takes and releases nothing.
unsafe impl critical_section::Impl for Section {
    /// 2: nested; 1: interrupts were enabled; 0: they were not.
    unsafe fn acquire() -> u8 {
        let me = number() + 1;
        let were_enabled = mask();
        if OWNER.load(Ordering::Acquire) == me {
            if were_enabled {
                unmask()
            }
            return 2;
        }
        while !lock() {
            if were_enabled {
                unmask();
                mask();
            }
        }
        OWNER.store(me, Ordering::Relaxed);
        were_enabled as u8
    }

    unsafe fn release(token: u8) {
        if token == 2 {
            return;
        }
        OWNER.store(0, Ordering::Relaxed);
        unlock();
        if token == 1 {
            unmask()
        }
    }
}

/// The number of this core.
fn number() -> u8 {
    // SAFETY: the address of SIO's CPUID on an RP2040, which the machine has.
    unsafe { (0xd000_0000 as *const u32).read_volatile() as u8 }
}

#[cfg(target_has_atomic = "8")]
mod spin {
    use super::*;

    static LOCK: AtomicU8 = AtomicU8::new(0);

    pub fn lock() -> bool {
        LOCK.compare_exchange(0, 1, Ordering::Acquire, Ordering::Relaxed)
            .is_ok()
    }

    pub fn unlock() {
        LOCK.store(0, Ordering::Release)
    }
}

/// Without a compare-and-swap: a spin lock of the RP2040, which a load claims and a store releases.
#[cfg(not(target_has_atomic = "8"))]
mod spin {
    use core::sync::atomic::{Ordering, compiler_fence};

    const LOCK: *mut u32 = 0xd000_017c as *mut u32;

    pub fn lock() -> bool {
        // SAFETY: the address of a spin lock of SIO, which the machine has.
        let claimed = unsafe { LOCK.read_volatile() } != 0;
        compiler_fence(Ordering::Acquire);
        claimed
    }

    pub fn unlock() {
        compiler_fence(Ordering::Release);
        // SAFETY: as in `lock`.
        unsafe { LOCK.write_volatile(1) }
    }
}
use spin::{lock, unlock};
