//! A sequence that begins anew where it was interrupted: an addition without a mask, for handlers that send what they
//! interrupted back to its beginning.
//!
//! ```text
//!   begin:  load the word
//!           add                  interrupted before one of these three: back to `begin`
//!           store the sum
//!   end:    return the old value
//! ```
//!
//! The sequence may overwrite no argument before its end, and the store is its last instruction: a wrong version breaks
//! either rule. docs/restartable-sequences.md has the contract.

use core::{
    arch::global_asm,
    ffi::c_void,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
};
use interloper_table::object;

#[cfg(target_arch = "arm")]
global_asm!(
    ".syntax unified",
    ".macro sequence name sum",
    ".section .text.\\name, \"ax\", %progbits",
    ".global \\name, \\name\\()_end, \\name\\()_after",
    ".type \\name, %function",
    ".thumb_func",
    "\\name:",
    "    ldr r2, [r0]",
    "    adds \\sum, r2, r1",
    "    str \\sum, [r0]",
    "\\name\\()_end:",
    "    mov r0, r2",
    "\\name\\()_after:",
    "    bx lr",
    ".size \\name, . - \\name",
    ".endm",
    "sequence restartable_add r3",
    "sequence overwriting_add r1",
    ".text",
);

#[cfg(target_arch = "riscv32")]
global_asm!(
    ".macro sequence name sum",
    ".section .text.\\name, \"ax\", %progbits",
    ".global \\name, \\name\\()_end, \\name\\()_after",
    ".type \\name, %function",
    "\\name:",
    "    lw a2, 0(a0)",
    "    add \\sum, a2, a1",
    "    sw \\sum, 0(a0)",
    "\\name\\()_end:",
    "    mv a0, a2",
    "\\name\\()_after:",
    "    ret",
    ".size \\name, . - \\name",
    ".endm",
    "sequence restartable_add a3",
    "sequence overwriting_add a1",
    ".text",
);

// SAFETY: the functions above, and addresses inside them.
unsafe extern "C" {
    fn restartable_add(word: &AtomicU32, more: u32) -> u32;
    safe static restartable_add_end: u8;
    safe static restartable_add_after: u8;
    fn overwriting_add(word: &AtomicU32, more: u32) -> u32;
    safe static overwriting_add_end: u8;
}

#[inline(always)]
fn add(word: &AtomicU32) -> u32 {
    // SAFETY: it loads and stores the word.
    unsafe { restartable_add(word, 1) }
}

/// The same in instructions that nothing restarts.
fn increment(word: &AtomicU32) -> u32 {
    let before = word.load(Relaxed);
    word.store(before + 1, Relaxed);
    before
}

fn started() -> AtomicU32 {
    AtomicU32::new(100)
}

object! {
    sequence: AtomicU32 = AtomicU32::new(100),
    reset |sequence| *sequence = started(),
    main irq(1, 2) fn fetch_add(sequence) -> u32 { add(sequence) },
    main irq(1) fn load(sequence) -> u32 { sequence.load(Relaxed) },
    state |sequence| sequence.load(Relaxed),
    restarts [restartable_add as *const c_void, (&raw const restartable_add_end).cast()],
}

// Nothing sends it back.
object! {
    plain: AtomicU32 = AtomicU32::new(100),
    reset |plain| *plain = started(),
    main irq(1) fn fetch_add(plain) -> u32 { critical_section::with(|_| add(plain)) },
    main fn not_restarted(plain) -> u32 { add(plain) } wrong for fetch_add, caught by [fetch_add],
    state |plain| plain.load(Relaxed),
}

// It is sent back after the store.
object! {
    late: AtomicU32 = AtomicU32::new(100),
    reset |late| *late = started(),
    main irq(1) fn fetch_add(late) -> u32 { critical_section::with(|_| increment(late)) },
    main fn restarted_late(late) -> u32 { add(late) } wrong for fetch_add, caught by [fetch_add],
    state |late| late.load(Relaxed),
    restarts [restartable_add as *const c_void, (&raw const restartable_add_after).cast()],
}

// It adds to what it has added before.
object! {
    overwritten: AtomicU32 = AtomicU32::new(100),
    reset |overwritten| *overwritten = started(),
    main irq(1) fn fetch_add(overwritten) -> u32 { critical_section::with(|_| add(overwritten)) },
    main fn overwrites_its_argument(overwritten) -> u32 {
        // SAFETY: it loads and stores the word.
        unsafe { overwriting_add(overwritten, 1) }
    } wrong for fetch_add, caught by [fetch_add],
    state |overwritten| overwritten.load(Relaxed),
    restarts [overwriting_add as *const c_void, (&raw const overwriting_add_end).cast()],
}
