//! What a handler leaves changed in its core, apart from memory: the monitor of exclusive stores, masks, CSRs. An
//! instruction that uses it touches no word of the handler, and the order still makes a difference.
//!
//! ```toml
//! [interloper]
//! targets = ["thumbv7m-none-eabi", "riscv32imac-unknown-none-elf"]
//! ```

use core::{
    arch::asm,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
};
use interloper_table::object;

/// Exchanges 0 for 1, and does not retry: rustc's weak exchange does on RISC-V.
fn take(word: &AtomicU32) -> bool {
    #[cfg(target_arch = "arm")]
    return word.compare_exchange_weak(0, 1, Relaxed, Relaxed).is_ok();
    #[cfg(target_arch = "riscv32")]
    {
        let failed: u32;
        // SAFETY: it is an exchange of the word.
        unsafe {
            asm!(
                "lr.w {0}, ({1})", "bnez {0}, 2f", "sc.w {0}, {2}, ({1})", "2:",
                out(reg) failed, in(reg) word.as_ptr(), in(reg) 1,
            )
        }
        failed == 0
    }
}

// The exclusive load reads what the handler reads. Between `sum.load` and the exclusive load, the handler adds; the
// exclusive store succeeds, because the load sets the monitor after the handler.
object! {
    exclusive: AtomicU32 = AtomicU32::new(0),
    object sum: AtomicU32 = AtomicU32::new(0),
    reset |exclusive, sum| (*exclusive.get_mut(), *sum.get_mut()) = (0, 0),
    main fn take_and_add(exclusive, sum) {
        loop {
            let before = sum.load(Relaxed);
            if take(exclusive) {
                sum.store(before + 1, Relaxed);
                break;
            }
        }
    },
    irq(1) fn add_if_free(exclusive, sum) -> bool {
        let is_free = exclusive.load(Relaxed) == 0;
        if is_free { sum.store(sum.load(Relaxed) + 1, Relaxed) }
        is_free
    },
    state |sum| sum.load(Relaxed),
    known [take_and_add, add_if_free], "the sum is loaded before the word is taken",
}

// An exclusive store fails because of a handler that touches no word of the exchange. Where exclusive stores do not
// fail spuriously, as in a part of the audit, the handler alone shows it.
object! {
    monitor: AtomicU32 = AtomicU32::new(0),
    object elsewhere: AtomicU32 = AtomicU32::new(0),
    reset |monitor| *monitor.get_mut() = 0,
    main fn take(monitor) -> bool { take(monitor) },
    irq(1) fn touch(elsewhere) { elsewhere.store(1, Relaxed) },
    known [take, touch], "an exchange that does not retry fails",
}

/// Reads a register that a handler may change.
macro_rules! read {
    ($instruction:literal) => {{
        let value: u32;
        // SAFETY: it reads a register of the core.
        unsafe { asm!($instruction, out(reg) value) }
        value
    }};
}

// The handler masks interrupts, and only as long as main has not read the mask for the second time: main ends it.
#[cfg(target_arch = "arm")]
object! {
    mask: AtomicU32 = AtomicU32::new(0),
    reset |mask| *mask.get_mut() = 0,
    main fn read_primask_twice(mask) -> bool {
        let (one, other) = (read!("mrs {}, primask"), read!("mrs {}, primask"));
        mask.store(1, Relaxed);
        // SAFETY: interrupts are not masked at the beginning.
        unsafe { asm!("cpsie i") }
        one == other
    },
    main fn read_basepri_twice(mask) -> bool {
        let (one, other) = (read!("mrs {}, basepri"), read!("mrs {}, basepri"));
        mask.store(1, Relaxed);
        // SAFETY: as above.
        unsafe { asm!("msr basepri, {}", in(reg) 0) }
        one == other
    },
    // SAFETY: main ends it.
    irq(1) fn set_primask(mask) { unsafe { asm!("cpsid i") } } when { mask.load(Relaxed) == 0 },
    // SAFETY: main ends it.
    irq(1) fn set_basepri(mask) { unsafe { asm!("msr basepri, {}", in(reg) 0x80) } } when { mask.load(Relaxed) == 0 },
    known [read_primask_twice, set_primask], "it reads the mask twice",
    known [read_basepri_twice, set_basepri], "it reads the mask twice",
    known [read_primask_twice, set_basepri], "it leaves the other mask",
    known [read_basepri_twice, set_primask], "it leaves the other mask",
}

#[cfg(target_arch = "riscv32")]
object! {
    scratch: AtomicU32 = AtomicU32::new(0),
    main fn read_twice(scratch) -> bool {
        let (one, other) = (read!("csrr {}, mscratch"), read!("csrr {}, mscratch"));
        one == other
    },
    // SAFETY: no other code uses the register.
    irq(1) fn write(scratch) { unsafe { asm!("csrwi mscratch, 1") } },
    known [read_twice, write], "it reads the register twice",
}
