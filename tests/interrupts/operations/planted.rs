//! Wrong algorithms on plain words, beside the right ones: what the library would be without its care.
//!
//! The right versions are one critical section each.

use core::sync::atomic::{AtomicU32, Ordering::Relaxed};
use critical_section::with;
use interloper_table::object;

type Words = [AtomicU32; 2];

const ZERO: Words = [const { AtomicU32::new(0) }; 2];

fn load(words: &Words, word: usize) -> u32 {
    words[word].load(Relaxed)
}

fn store(words: &Words, word: usize, value: u32) {
    words[word].store(value, Relaxed);
}

fn both(words: &Words) -> [u32; 2] {
    [load(words, 0), load(words, 1)]
}

/// The next number of 64 bits.
fn carry(words: &Words) {
    let (low, has_carried) = load(words, 0).overflowing_add(1);
    store(words, 0, low);
    store(words, 1, load(words, 1) + u32::from(has_carried));
}

// A number in two halves, which one change concerns.
object! {
    halves: Words = ZERO,
    reset |halves| *halves = [AtomicU32::new(u32::MAX), AtomicU32::new(0)],
    main irq(1) fn read(halves) -> [u32; 2] { with(|_| both(halves)) },
    main irq(1) fn add(halves) { with(|_| carry(halves)) },
    main fn read_in_two_loads(halves) -> [u32; 2] { both(halves) } wrong for read, caught by [add],
    main fn add_in_two_stores(halves) { carry(halves) } wrong for add, caught by [read],
    state |halves| both(halves),
}

/// Fills the first word if it is empty; the value that is there then.
fn fill_if_empty(words: &Words, value: u32) -> u32 {
    if load(words, 0) == 0 { store(words, 0, value) }
    load(words, 0)
}

// Of two callers that find it empty, the last one wins, and the first one does not learn it.
object! {
    fill: Words = ZERO,
    reset |fill| *fill = ZERO,
    main fn one(fill) -> u32 { with(|_| fill_if_empty(fill, 1)) },
    irq(1) fn two(fill) -> u32 { with(|_| fill_if_empty(fill, 2)) },
    main fn look_then_store(fill) -> u32 {
        if load(fill, 0) == 0 {
            store(fill, 0, 1);
            return 1;
        }
        load(fill, 0)
    } wrong for one, caught by [two],
}

fn take(words: &Words) -> bool {
    let is_there = load(words, 0) == 0;
    store(words, 0, 1);
    is_there
}

// What there is one of, given to two.
object! {
    claim: Words = ZERO,
    reset |claim| *claim = ZERO,
    main irq(1) fn take(claim) -> bool { with(|_| take(claim)) },
    main fn look_then_take(claim) -> bool { take(claim) } wrong for take, caught by [take],
}

// What is left is the difference of two counters, of which both go up between the two loads.
object! {
    counters: Words = ZERO,
    reset |counters| *counters = ZERO,
    main fn remaining(counters) -> u32 { with(|_| load(counters, 1).wrapping_sub(load(counters, 0))) },
    main fn one_after_the_other(counters) -> u32 {
        let taken = load(counters, 0);
        load(counters, 1).wrapping_sub(taken)
    } wrong for remaining, caught by [raise_and_take],
    irq(1) fn raise_and_take(counters) {
        store(counters, 1, load(counters, 1) + 1);
        store(counters, 0, load(counters, 0) + 1);
    },
}

/// Gives three numbers back if none was allocated after them; otherwise they leak.
fn give_back(words: &Words) {
    if load(words, 0) == 103 { store(words, 0, 100) } else { store(words, 1, 3) }
}

// A lease that does not notice an allocation.
object! {
    lease: Words = ZERO,
    reset |lease| *lease = [AtomicU32::new(103), AtomicU32::new(0)],
    main fn drop(lease) { with(|_| give_back(lease)) },
    main fn look_then_store(lease) { give_back(lease) } wrong for drop, caught by [allocate],
    irq(1) fn allocate(lease) -> u32 {
        let id = load(lease, 0);
        store(lease, 0, id + 1);
        id
    },
    state |lease| both(lease),
}

/// Counts two steps, and wakes a waiter that has set the lowest bit.
fn advance(words: &Words) {
    let has_waiter = load(words, 0) & 1 != 0;
    store(words, 0, (load(words, 0) & !1) + 2);
    if has_waiter { store(words, 1, 1) }
}

// A writer that looks for the waiter's bit before it counts: the waiter that comes in between is never woken.
object! {
    waiter: Words = ZERO,
    reset |waiter| *waiter = ZERO,
    main fn advance(waiter) { with(|_| advance(waiter)) },
    main fn look_then_count(waiter) { advance(waiter) } wrong for advance, caught by [ask],
    irq(1) fn ask(waiter) -> u32 {
        store(waiter, 0, load(waiter, 0) | 1);
        load(waiter, 0) >> 1
    },
    state |waiter| both(waiter),
}

/// Compares the index and leaves the tag alone.
fn exchange(words: &Words) -> bool {
    let [index, tag] = both(words);
    let is_same = load(words, 0) == index;
    if is_same { store(words, 1, tag + 1) }
    is_same
}

// An index in one word and its tag in another: an exchange in between leaves the index as it was.
object! {
    tag: Words = ZERO,
    reset |tag| *tag = ZERO,
    main irq(1) fn exchange(tag) -> bool { with(|_| exchange(tag)) },
    main fn compare_the_index(tag) -> bool { exchange(tag) } wrong for exchange, caught by [exchange],
    state |tag| both(tag),
}

/// Counts a value, then adds it.
fn record(words: &Words) {
    store(words, 0, load(words, 0) + 1);
    store(words, 1, load(words, 1) + 5);
}

// A count and a total, changed where a reader finds them.
object! {
    statistics: Words = ZERO,
    reset |statistics| *statistics = ZERO,
    main irq(1) fn record(statistics) { with(|_| record(statistics)) },
    main irq(1) fn snapshot(statistics) -> [u32; 2] { with(|_| both(statistics)) },
    main fn record_in_place(statistics) { record(statistics) } wrong for record, caught by [record],
    main fn record_in_sight(statistics) { record(statistics) } wrong for record, caught by [snapshot],
    main fn snapshot_in_two_loads(statistics) -> [u32; 2] { both(statistics) } wrong for snapshot, caught by [record],
    state |statistics| both(statistics),
}

// The place of an element is given away before the element is copied out of it.
object! {
    queue: Words = ZERO,
    reset |queue| *queue = [AtomicU32::new(0), AtomicU32::new(3)],
    main fn dequeue(queue) -> u32 { with(|_| { store(queue, 0, 1); load(queue, 1) }) },
    main fn free_early(queue) -> u32 {
        store(queue, 0, 1);
        load(queue, 1)
    } wrong for dequeue, caught by [enqueue],
    irq(1) fn enqueue(queue) -> bool {
        let is_free = load(queue, 0) == 1;
        if is_free { store(queue, 1, 7) }
        is_free
    },
    state |queue| both(queue),
}
