//! The chapter's five primitives in one firmware, which main and the handler share.

#![no_std]
#![no_main]

use core::{
    cell::Cell,
    sync::atomic::{AtomicBool, AtomicU32, Ordering::*},
};
use cortex_m_rt::{entry, exception};
use critical_section::Mutex;
use size_firmware::{input, output};

const STEPS: u32 = 1_000;
const IDS: u32 = 1_000;

static STOP: AtomicBool = AtomicBool::new(false);
static DONE: AtomicU32 = AtomicU32::new(0);
static KEY: AtomicU32 = AtomicU32::new(0);
static NEXT_ID: Mutex<Cell<u32>> = Mutex::new(Cell::new(0));

#[derive(Clone, Copy)]
struct Times {
    count: u32,
    total: u32,
    max: u32,
}

static TIMES: Mutex<Cell<Times>> = Mutex::new(Cell::new(Times {
    count: 0,
    total: 0,
    max: 0,
}));

#[inline]
fn allocate() -> Option<u32> {
    critical_section::with(|section| {
        let next = NEXT_ID.borrow(section);
        let id = next.get();
        (id < IDS).then(|| {
            next.set(id + 1);
            id
        })
    })
}

#[inline]
fn key() -> u32 {
    match KEY.load(Acquire) {
        0 => make_key(),
        key => key,
    }
}

/// For the first caller and those that overtake it; the first to store decides.
#[cold]
fn make_key() -> u32 {
    let mine = input().max(1);
    critical_section::with(|_| match KEY.load(Relaxed) {
        0 => {
            KEY.store(mine, Release);
            mine
        }
        key => key,
    })
}

#[inline]
fn advance(n: u32) {
    critical_section::with(|_| {
        let done = DONE.load(Relaxed);
        DONE.store((done + n).min(STEPS), Release);
    });
}

#[inline]
fn record(time: u32) {
    critical_section::with(|section| {
        let times = TIMES.borrow(section);
        let Times { count, total, max } = times.get();
        times.set(Times {
            count: count.wrapping_add(1),
            total: total.wrapping_add(time),
            max: max.max(time),
        });
    });
}

#[entry]
fn main() -> ! {
    while !STOP.load(Relaxed) {
        if let Some(id) = allocate() {
            output(id);
        }
        output(key());
        output(DONE.load(Acquire));
        let times = critical_section::with(|section| TIMES.borrow(section).get());
        output(times.count);
        output(times.total);
        output(times.max);
    }
    loop {}
}

#[exception]
fn SysTick() {
    match allocate() {
        Some(id) => output(id),
        None => STOP.store(true, Relaxed),
    }
    output(key());
    record(input());
    advance(1);
}
