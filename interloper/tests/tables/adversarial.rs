//! What could mislead the reductions: addresses that are known only at run time, words on the stack of another party,
//! dead words below the stack pointer. The audit compares with all runs.
//!
//! On RISC-V a handler that does not unmask interrupts is not interrupted, hence the targets.
//!
//! ```toml
//! [interloper]
//! targets = ["thumbv6m-none-eabi", "thumbv7m-none-eabi"]
//! ```

use core::{
    hint::black_box,
    ptr,
    sync::atomic::{AtomicPtr, AtomicU32, AtomicUsize, Ordering::Relaxed},
};
use interloper_table::object;

// The handler writes a word of main's stack whose address main published: an intrusive node.
object! {
    node: AtomicPtr<AtomicU32> = AtomicPtr::new(ptr::null_mut()),
    reset |node| *node.get_mut() = ptr::null_mut(),
    main fn wait(node) -> [u32; 2] {
        let mine = AtomicU32::new(0);
        node.store(ptr::from_ref(black_box(&mine)).cast_mut(), Relaxed);
        let answer = [mine.load(Relaxed), mine.load(Relaxed)];
        node.store(ptr::null_mut(), Relaxed);
        answer
    },
    irq(1) fn wake(node) {
        let node = node.load(Relaxed);
        // SAFETY: main published it, and goes on only after this handler.
        if let Some(node) = unsafe { node.as_ref() } { node.store(1, Relaxed) }
    },
    // Main is interrupted between its two loads: in no order do they differ.
    known [wait, wake], "the loads are two operations",
}

// The same one interrupt further: the node lies on the stack of the first handler, at a place that depends on where
// that one landed.
object! {
    nested: AtomicPtr<AtomicU32> = AtomicPtr::new(ptr::null_mut()),
    object seen: AtomicU32 = AtomicU32::new(0),
    reset |nested, seen| {
        *nested.get_mut() = ptr::null_mut();
        *seen.get_mut() = 0;
    },
    main fn calls(nested, seen) -> u32 {
        let mut sum = 0;
        for step in 0..black_box(2) { sum += black_box(deeper(seen, step)) }
        if nested.load(Relaxed).is_null() { 0 } else { sum }
    },
    irq(2) fn wait(nested) -> [u32; 2] {
        let mine = AtomicU32::new(0);
        nested.store(ptr::from_ref(black_box(&mine)).cast_mut(), Relaxed);
        let answer = [mine.load(Relaxed), mine.load(Relaxed)];
        nested.store(ptr::null_mut(), Relaxed);
        answer
    },
    irq(1) fn wake(nested) {
        let node = nested.load(Relaxed);
        // SAFETY: the handler that published it goes on only after this one.
        if let Some(node) = unsafe { node.as_ref() } { node.store(1, Relaxed) }
    },
    known [calls, wait, wake], "the loads are two operations",
}

#[inline(never)]
fn deeper(seen: &AtomicU32, step: u32) -> u32 {
    let frame = black_box([step; 3]);
    seen.load(Relaxed) + frame[1]
}

// The word that the handler touches is chosen by what main did.
object! {
    chosen: [AtomicU32; 4] = [const { AtomicU32::new(0) }; 4],
    object index: AtomicUsize = AtomicUsize::new(0),
    reset |chosen, index| {
        *chosen = [const { AtomicU32::new(0) }; 4];
        *index.get_mut() = 0;
    },
    main fn walk(chosen, index) -> u32 {
        for at in 0..4 {
            index.store(at, Relaxed);
            let before = chosen[at].load(Relaxed);
            chosen[at].store(before + 10, Relaxed);
        }
        chosen.iter().map(|word| word.load(Relaxed)).sum()
    },
    irq(1) fn hit(chosen, index) -> u32 {
        let at = index.load(Relaxed);
        let before = chosen[at].load(Relaxed);
        chosen[at].store(before + 1, Relaxed);
        before
    },
    known [walk, hit], "an addition is lost",
}

// The handler changes a value that main keeps on its stack between two calls; what it finds there depends on words
// that an earlier call left dead.
object! {
    dead: AtomicPtr<u32> = AtomicPtr::new(ptr::null_mut()),
    object count: AtomicU32 = AtomicU32::new(0),
    reset |dead, count| {
        *dead.get_mut() = ptr::null_mut();
        *count.get_mut() = 0;
    },
    main fn leave(dead, count) -> u32 {
        let mut place = black_box(3);
        dead.store(&raw mut place, Relaxed);
        let before = count.load(Relaxed);
        // SAFETY: it is the place above, which the handler may have written.
        let sum = before + unsafe { dead.load(Relaxed).read_volatile() };
        dead.store(ptr::null_mut(), Relaxed);
        sum
    },
    irq(1) fn reach(dead, count) {
        let place = dead.load(Relaxed);
        if !place.is_null() {
            // SAFETY: main is inside `leave`.
            unsafe { place.write_volatile(100) }
        }
        count.store(50, Relaxed);
    },
    known [leave, reach], "two words are read one after the other",
}

// A long call, and that in one of two orders alone: the order must not be lost.
object! {
    long: AtomicU32 = AtomicU32::new(0),
    reset |long| *long.get_mut() = 0,
    main fn work(long) -> u32 {
        let rounds = long.load(Relaxed);
        (0..rounds).for_each(|round| { black_box(round); });
        rounds
    },
    irq(1) fn ask(long) { long.store(40_000, Relaxed) },
}

// Masks: the handler can come before and after the section, and between two of them.
object! {
    sections: [AtomicU32; 2] = [const { AtomicU32::new(0) }; 2],
    reset |sections| *sections = [const { AtomicU32::new(0) }; 2],
    main fn twice(sections) -> u32 {
        let one = critical_section::with(|_| sections[0].load(Relaxed));
        let other = critical_section::with(|_| sections[0].load(Relaxed));
        one * 10 + other
    },
    irq(1) fn store(sections) { sections[0].store(1, Relaxed) },
    known [twice, store], "two sections are not one",
}

// Restarted sequences: an interrupt makes a difference before an instruction that touches no memory.
core::arch::global_asm!(
    ".section .text.overwriting_add, \"ax\", %progbits",
    ".global overwriting_add, overwriting_add_end",
    ".type overwriting_add, %function",
    ".thumb_func",
    "overwriting_add:",
    "    ldr r2, [r0]",
    "    adds r1, r2, r1",
    "    mov r3, r1",
    "    str r3, [r0]",
    "overwriting_add_end:",
    "    mov r0, r2",
    "    bx lr",
    ".size overwriting_add, . - overwriting_add",
    ".text",
);

// SAFETY: the function above, and the address behind its store.
unsafe extern "C" {
    fn overwriting_add(word: &AtomicU32, more: u32) -> u32;
    safe static overwriting_add_end: u8;
}

object! {
    restarted: AtomicU32 = AtomicU32::new(0),
    object elsewhere: AtomicU32 = AtomicU32::new(0),
    reset |restarted| *restarted.get_mut() = 100,
    // SAFETY: it loads and stores the word.
    main fn add(restarted) -> u32 { unsafe { overwriting_add(restarted, 1) } },
    irq(1) fn look(elsewhere) -> u32 { elsewhere.load(Relaxed) },
    state |restarted| restarted.load(Relaxed),
    restarts [overwriting_add as *const core::ffi::c_void, (&raw const overwriting_add_end).cast()],
    known [add, look], "the second attempt adds to what the first one added",
}

// Both frames fit the stack, and not together. Where main has its frame, it touches no word of the handler.
object! {
    frames: AtomicU32 = AtomicU32::new(0),
    main fn sum(frames) -> u32 { sum_of_a_frame::<200>() },
    irq(1) fn take_a_frame(frames) -> u32 { sum_of_a_frame::<90>() },
    irq(2) fn take_a_word(frames) -> u32 { sum_of_a_frame::<1>() },
    known [sum, take_a_frame], "the stack overflows",
}

#[inline(never)]
fn sum_of_a_frame<const WORDS: usize>() -> u32 {
    let frame = black_box([1; WORDS]);
    frame.iter().sum()
}
