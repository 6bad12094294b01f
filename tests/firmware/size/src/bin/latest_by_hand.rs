//! Four words from the handler to main, whole, and no interrupt masked.

#![no_std]
#![no_main]

use core::sync::atomic::{AtomicU32, AtomicUsize, Ordering::*, fence};
use cortex_m_rt::{entry, exception};
use size_firmware::{input, output};

static SEQ: AtomicUsize = AtomicUsize::new(0);
static SLOTS: [[AtomicU32; 4]; 2] = [const { [const { AtomicU32::new(0) }; 4] }; 2];

#[inline]
fn read() -> Option<[u32; 4]> {
    loop {
        let seq = SEQ.load(Acquire);
        if seq == 0 {
            return None;
        }
        let [a, b, c, d] = &SLOTS[seq & 1];
        let words = [
            a.load(Relaxed),
            b.load(Relaxed),
            c.load(Relaxed),
            d.load(Relaxed),
        ];
        fence(Acquire);
        if SEQ.load(Relaxed) == seq {
            return Some(words);
        }
    }
}

/// For one writer.
#[inline]
fn publish(words: [u32; 4]) {
    let seq = match SEQ.load(Relaxed).wrapping_add(1) {
        0 => 2,
        seq => seq,
    };
    let [a, b, c, d] = &SLOTS[seq & 1];
    fence(Release);
    a.store(words[0], Relaxed);
    b.store(words[1], Relaxed);
    c.store(words[2], Relaxed);
    d.store(words[3], Relaxed);
    SEQ.store(seq, Release);
}

#[entry]
fn main() -> ! {
    loop {
        if let Some(words) = read() {
            words.iter().copied().for_each(output);
        }
    }
}

#[exception]
fn SysTick() {
    publish([input(), input(), input(), input()]);
}
