//! The atomic types: what changes a word, against other changes of it.

use indivisible::atomic::{AtomicBool, AtomicU8, AtomicU32, Ordering::SeqCst};
use interloper_table::object;

/// Bits that every operation below changes, and a carry over all bytes.
const START: u32 = 0x00ff_ffff;
const MAIN: u32 = 0x0f0f_0f01;
const HANDLER: u32 = 0x3333_3335;

/// What was there before, and a store of what follows from it.
fn change(word: &AtomicU32, f: impl FnOnce(u32) -> u32) -> u32 {
    let before = word.load(SeqCst);
    word.store(f(before), SeqCst);
    before
}

object! {
    word: AtomicU32 = AtomicU32::new(START),
    reset |word| *word = AtomicU32::new(START),
    main core irq(1) fn load(word) -> u32 { word.load(SeqCst) },
    main fn store(word) { word.store(MAIN, SeqCst) },
    main fn compare_exchange(word) -> Result<u32, u32> { word.compare_exchange(START, MAIN, SeqCst, SeqCst) },
    main fn fetch_update(word) -> Result<u32, u32> { word.fetch_update(SeqCst, SeqCst, |old| old.checked_add(MAIN)) },
    core irq(1) fn store_other(word) { word.store(HANDLER, SeqCst) },
    core irq(1) fn add_other(word) -> u32 { word.fetch_add(HANDLER, SeqCst) },
    core irq(1) fn exchange_other(word) -> Result<u32, u32> { word.compare_exchange(START, HANDLER, SeqCst, SeqCst) },
    main fn load_in_halves(word) -> u32 { word.load(SeqCst) & 0xffff | word.load(SeqCst) & 0xffff_0000 }
        wrong for load, caught by [add_other],
    main fn store_in_halves(word) {
        word.store(MAIN & 0xffff, SeqCst);
        word.store(MAIN, SeqCst);
    } wrong for store, caught by [load],
    main fn compare_then_store(word) -> Result<u32, u32> {
        let before = word.load(SeqCst);
        if before != START { return Err(before) }
        word.store(MAIN, SeqCst);
        Ok(before)
    } wrong for compare_exchange, caught by [add_other],
    main fn update_by_load_and_store(word) -> Result<u32, u32> { Ok(change(word, |old| old + MAIN)) }
        wrong for fetch_update, caught by [add_other],
    main fn update_without_loop(word) -> Result<u32, u32> {
        let before = word.load(SeqCst);
        word.compare_exchange(before, before + MAIN, SeqCst, SeqCst).ok();
        Ok(before)
    } wrong for fetch_update, caught by [add_other],
    state |word| word.load(SeqCst),
}

macro_rules! fetch {
    ($($name:ident, $wrong:ident: |$old:ident| $new:expr;)*) => { object! {
        fetch: AtomicU32 = AtomicU32::new(START),
        reset |fetch| *fetch = AtomicU32::new(START),
        $(main fn $name(fetch) -> u32 { fetch.$name(MAIN, SeqCst) },
        main fn $wrong(fetch) -> u32 { change(fetch, |$old| $new) } wrong for $name, caught by [add],)*
        core irq(1) fn load(fetch) -> u32 { fetch.load(SeqCst) },
        core irq(1) fn store(fetch) { fetch.store(HANDLER, SeqCst) },
        core irq(1) fn add(fetch) -> u32 { fetch.fetch_add(HANDLER, SeqCst) },
        core irq(1) fn exchange(fetch) -> Result<u32, u32> { fetch.compare_exchange(START, HANDLER, SeqCst, SeqCst) },
        state |fetch| fetch.load(SeqCst),
    } };
}

fetch! {
    swap, swap_in_two: |_old| MAIN;
    fetch_add, add_in_two: |old| old.wrapping_add(MAIN);
    fetch_sub, sub_in_two: |old| old.wrapping_sub(MAIN);
    fetch_and, and_in_two: |old| old & MAIN;
    fetch_nand, nand_in_two: |old| !(old & MAIN);
    fetch_or, or_in_two: |old| old | MAIN;
    fetch_xor, xor_in_two: |old| old ^ MAIN;
    fetch_max, max_in_two: |old| old.max(MAIN);
    fetch_min, min_in_two: |old| old.min(MAIN);
}

// With exclusive instructions it may fail although it could succeed: such a failure is tried again.
object! {
    weak: AtomicU32 = AtomicU32::new(START),
    reset |weak| *weak = AtomicU32::new(START),
    main fn compare_exchange_weak(weak) -> Result<u32, u32> {
        loop {
            let result = weak.compare_exchange_weak(START, MAIN, SeqCst, SeqCst);
            if result != Err(START) { return result }
        }
    },
    core irq(1) fn load(weak) -> u32 { weak.load(SeqCst) },
    core irq(1) fn add(weak) -> u32 { weak.fetch_add(HANDLER, SeqCst) },
    main fn increment(weak) {
        while {
            let before = weak.load(SeqCst);
            weak.compare_exchange_weak(before, before + 1, SeqCst, SeqCst).is_err()
        } {}
    },
    main fn increment_without_loop(weak) {
        let before = weak.load(SeqCst);
        weak.compare_exchange_weak(before, before + 1, SeqCst, SeqCst).ok();
    } wrong for increment, caught by [add],
    state |weak| weak.load(SeqCst),
}

// Eight bits, beside others in the same word.
object! {
    byte: AtomicU8 = AtomicU8::new(200),
    reset |byte| *byte = AtomicU8::new(200),
    main core irq(1) fn fetch_add(byte) -> u8 { byte.fetch_add(100, SeqCst) },
    main core irq(1) fn fetch_xor(byte) -> u8 { byte.fetch_xor(0x55, SeqCst) },
    main fn add_in_two(byte) -> u8 {
        let before = byte.load(SeqCst);
        byte.store(before.wrapping_add(100), SeqCst);
        before
    } wrong for fetch_add, caught by [fetch_xor],
    main fn xor_in_two(byte) -> u8 {
        let before = byte.load(SeqCst);
        byte.store(before ^ 0x55, SeqCst);
        before
    } wrong for fetch_xor, caught by [fetch_add],
    state |byte| byte.load(SeqCst),
}

object! {
    flag: AtomicBool = AtomicBool::new(false),
    reset clear |flag| *flag = AtomicBool::new(false),
    reset set |flag| *flag = AtomicBool::new(true),
    main core irq(1) fn swap(flag) -> bool { flag.swap(true, SeqCst) },
    main core irq(1) fn fetch_not(flag) -> bool { flag.fetch_not(SeqCst) },
    main fn swap_in_two(flag) -> bool {
        let before = flag.load(SeqCst);
        flag.store(true, SeqCst);
        before
    } wrong for swap, caught by [fetch_not],
    main fn not_in_two(flag) -> bool {
        let before = flag.load(SeqCst);
        flag.store(!before, SeqCst);
        before
    } wrong for fetch_not, caught by [swap],
    state |flag| flag.load(SeqCst),
}

// 64 bits on a target of 32.
#[cfg(feature = "wide")]
object! {
    wide: indivisible::atomic::AtomicU64 = indivisible::atomic::AtomicU64::new(0),
    reset |wide| *wide = indivisible::atomic::AtomicU64::new(u32::MAX.into()),
    main core irq(1) fn load(wide) -> u64 { wide.load(SeqCst) },
    main fn store(wide) { wide.store(0x1111_2222_3333_4444, SeqCst) },
    core irq(1) fn store_other(wide) { wide.store(0x5555_6666_7777_8888, SeqCst) },
    main fn fetch_add(wide) -> u64 { wide.fetch_add(1, SeqCst) },
    core irq(1) fn add_other(wide) -> u64 { wide.fetch_add(0x1_0000_0001, SeqCst) },
    main fn load_in_halves(wide) -> u64 {
        wide.load(SeqCst) & 0xffff_ffff | wide.load(SeqCst) & 0xffff_ffff_0000_0000
    } wrong for load, caught by [add_other],
    main fn store_in_halves(wide) {
        wide.store(0x3333_4444, SeqCst);
        wide.store(0x1111_2222_3333_4444, SeqCst);
    } wrong for store, caught by [load],
    main fn add_in_two(wide) -> u64 {
        let before = wide.load(SeqCst);
        wide.store(before + 1, SeqCst);
        before
    } wrong for fetch_add, caught by [add_other],
    state |wide| wide.load(SeqCst),
}
