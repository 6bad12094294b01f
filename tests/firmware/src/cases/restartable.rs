//! A sequence that begins anew where it was interrupted: an addition without a mask, for handlers that
//! send what they have interrupted back to its beginning.
//!
//! ```text
//!   begin:  load the word
//!           add                  interrupted before one of these three: back to `begin`
//!           store the sum
//!   end:    return the old value
//! ```
//!
//! The sequence may overwrite no argument before its end, and the store is its last instruction: with
//! either rule broken it is a twin. docs/restartable-sequences.md has the contract.

#![allow(unsafe_code, reason = "instructions of which each one matters")]

use crate::planted::twin;
use core::{
    arch::global_asm,
    ops::Range,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
};
use harness::{Group, Op, Setting, Twin};

#[cfg(target_arch = "arm")]
global_asm!(
    ".syntax unified",
    ".macro sequence name sum",
    ".section .text.\\name, \"ax\", %progbits",
    ".global \\name, \\name\\()_end",
    ".type \\name, %function",
    ".thumb_func",
    "\\name:",
    "    ldr r2, [r0]",
    "    adds \\sum, r2, r1",
    "    str \\sum, [r0]",
    "\\name\\()_end:",
    "    mov r0, r2",
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
    ".global \\name, \\name\\()_end",
    ".type \\name, %function",
    "\\name:",
    "    lw a2, 0(a0)",
    "    add \\sum, a2, a1",
    "    sw \\sum, 0(a0)",
    "\\name\\()_end:",
    "    mv a0, a2",
    "    ret",
    ".size \\name, . - \\name",
    ".endm",
    "sequence restartable_add a3",
    "sequence overwriting_add a1",
    ".text",
);

type Add = unsafe extern "C" fn(&AtomicU32, u32) -> u32;

// SAFETY: the functions above, and addresses inside them.
unsafe extern "C" {
    fn restartable_add(word: &AtomicU32, more: u32) -> u32;
    safe static restartable_add_end: u16;
    fn overwriting_add(word: &AtomicU32, more: u32) -> u32;
    safe static overwriting_add_end: u16;
}

static WORD: AtomicU32 = AtomicU32::new(0);

const SETTING: Setting = Setting {
    reset: |_, _| WORD.store(100, Relaxed),
    variants: 1,
    state: || WORD.load(Relaxed).into(),
};

#[inline(always)]
fn perform(add: Add) -> u64 {
    // SAFETY: both only load and store the word, and every handler that is not the watchdog's keeps the
    // contract.
    unsafe { add(&WORD, 1) }.into()
}

/// Bit 0 of a Thumb function's address is no part of it.
fn sequence(begin: Add, end: &'static u16) -> Range<u32> {
    begin as usize as u32 & !1..core::ptr::from_ref(end).addr() as u32
}

fn good() -> Range<u32> {
    sequence(restartable_add, &restartable_add_end)
}

const ADD: Op = Op::restartable("fetch_add", || perform(restartable_add), good);
const LOAD: Op = Op::new("load", || WORD.load(Relaxed).into());

/// For handlers that send nobody back.
const PLAIN_ADD: Op = Op::new("fetch_add", || perform(restartable_add));

const fn wrong(op: Op) -> Twin {
    twin("fetch_add", op, PLAIN_ADD, SETTING)
}

pub(super) const GROUPS: &[Group] = &[Group {
    main: &[ADD],
    handler: &[ADD, LOAD],
    second: &[ADD],
    twins: &[
        wrong(Op {
            name: "not sent back",
            ..PLAIN_ADD
        }),
        wrong(Op::restartable(
            "sent back after the store",
            ADD.run,
            || good().start..good().end + 1,
        )),
        wrong(Op::restartable(
            "overwrites its argument",
            || perform(overwriting_add),
            || sequence(overwriting_add, &overwriting_add_end),
        )),
    ],
    ..Group::new("restartable sequence", SETTING)
}];
