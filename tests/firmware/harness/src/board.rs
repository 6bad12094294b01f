//! The timers: `first` and `second` for the interrupts of that name, and `watchdog`.

#[cfg(target_arch = "arm")]
mod cortex_m;
#[cfg(target_arch = "riscv32")]
mod riscv;

#[cfg(target_arch = "arm")]
pub(crate) use cortex_m::*;
#[cfg(target_arch = "riscv32")]
pub(crate) use riscv::*;

/// After how many ticks the watchdog bites: longer than any operation takes.
const PATIENCE: u32 = 1 << 16;

/// A device register.
#[derive(Clone, Copy, Debug)]
struct Register(usize);

#[allow(unsafe_code, reason = "device registers")]
impl Register {
    #[inline(always)]
    fn write(self, value: u32) {
        // SAFETY: every register of this module is one that the board has, and no memory.
        unsafe { core::ptr::with_exposed_provenance_mut::<u32>(self.0).write_volatile(value) };
    }

    #[cfg(target_arch = "riscv32")]
    #[inline(always)]
    fn read(self) -> u32 {
        // SAFETY: as above.
        unsafe { core::ptr::with_exposed_provenance::<u32>(self.0).read_volatile() }
    }
}
