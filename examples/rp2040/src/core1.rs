//! The start of the second core, which waits in the boot ROM for a sequence of words in its mailbox. (RP2040
//! datasheet, 2.8.2.)

use crate::{register, section, work};
use core::cell::UnsafeCell;
use cortex_m::asm;

const STACK_SIZE: usize = 4096;

#[repr(align(8))]
struct Stack(UnsafeCell<[u8; STACK_SIZE]>);

// SAFETY: the second core alone uses it, as its stack.
unsafe impl Sync for Stack {}

static STACK: Stack = Stack(UnsafeCell::new([0; STACK_SIZE]));

const FORCE_OFF_SET: u32 = 0x4001_2004;
const FORCE_OFF_CLEAR: u32 = 0x4001_3004;
const FORCE_OFF: u32 = 0x4001_0004;
const CORE_1: u32 = 1 << 16;

const VECTOR_TABLE: u32 = 0xE000_ED08;

const MAILBOX_STATUS: u32 = 0xD000_0050;
const MAILBOX_WRITE: u32 = 0xD000_0054;
const MAILBOX_READ: u32 = 0xD000_0058;
const HAS_MESSAGE: u32 = 1 << 0;
const HAS_ROOM: u32 = 1 << 1;

/// Starts it, from its reset on.
pub fn start() {
    register::write(FORCE_OFF_SET, CORE_1);
    while register::read(FORCE_OFF) & CORE_1 == 0 {}
    section::release_from_before_reset();
    register::write(FORCE_OFF_CLEAR, CORE_1);

    let vectors = register::read(VECTOR_TABLE);
    let stack = STACK.0.get() as u32 + STACK_SIZE as u32;
    let entry = run as extern "C" fn() -> ! as usize as u32;
    let words = [0, 0, 1, vectors, stack, entry];
    let mut at = 0;
    while at < words.len() {
        let is_echoed = exchange(words[at]);
        // It starts anew where the boot ROM has missed one.
        at = if is_echoed { at + 1 } else { 0 };
    }
}

/// Sends a word; whether the other core has sent it back.
fn exchange(word: u32) -> bool {
    if word == 0 {
        while register::read(MAILBOX_STATUS) & HAS_MESSAGE != 0 {
            register::read(MAILBOX_READ);
        }
        asm::sev();
    }
    while register::read(MAILBOX_STATUS) & HAS_ROOM == 0 {}
    register::write(MAILBOX_WRITE, word);
    asm::sev();
    while register::read(MAILBOX_STATUS) & HAS_MESSAGE == 0 {
        asm::wfe();
    }
    register::read(MAILBOX_READ) == word
}

extern "C" fn run() -> ! {
    work();
    loop {
        asm::wfe();
    }
}
