
/// Masks interrupts; true if they were enabled.
#[cfg(target_arch = "arm")]
#[inline(always)]
fn mask() -> bool {
    let before: u32;
    // SAFETY: reads PRIMASK, in privileged mode; a table's code runs in no other.
    unsafe { core::arch::asm!("mrs {}, PRIMASK", out(reg) before, options(nomem, nostack, preserves_flags)) }
    let were_enabled = before & 1 == 0;
    // SAFETY: sets PRIMASK. A handler in between leaves it as it was.
    unsafe { core::arch::asm!("cpsid i", options(nostack, preserves_flags)) }
    were_enabled
}

#[cfg(target_arch = "arm")]
#[inline(always)]
fn unmask() {
    // SAFETY: called only where `mask` has found interrupts enabled, at the end of a section.
    unsafe { core::arch::asm!("cpsie i", options(nostack, preserves_flags)) }
}

/// Masks interrupts; true if they were enabled.
#[cfg(target_arch = "riscv32")]
#[inline(always)]
fn mask() -> bool {
    let before: u32;
    // SAFETY: reads and clears `mstatus.MIE`, in machine mode; a table's code runs in no other.
    unsafe { core::arch::asm!("csrrci {}, mstatus, 8", out(reg) before) }
    before & 8 != 0
}

#[cfg(target_arch = "riscv32")]
#[inline(always)]
fn unmask() {
    // SAFETY: called only where `mask` has found interrupts enabled, at the end of a section.
    unsafe { core::arch::asm!("csrsi mstatus, 8") }
}
