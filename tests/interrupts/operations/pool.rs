//! `FreeList`, `Pool` and `AtomicTaggedIndex`, and the stack without tags.

use core::{
    array, iter,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
};
use indivisible::{
    atomic::Ordering::{AcqRel, Acquire},
    pool::{AtomicTaggedIndex, FreeList, Handle, Pool, Slot},
};
use interloper_table::object;

/// One for each of three parties, and three that are free: popping two and pushing the first takes as many to change what
/// comes after it.
const LENGTH: usize = 6;

type List = FreeList<LENGTH>;
type Item = Slot<'static, LENGTH>;

/// What a party holds: something to give back, and places for what it takes.
pub struct Hands<T> {
    full: Option<T>,
    empty: [Option<T>; 2],
}

impl<T> Hands<T> {
    const EMPTY: Self = Self { full: None, empty: [None, None] };
}

/// Takes one into a place that is empty.
#[inline(always)]
fn take<T>(place: &mut Option<T>, taken: Option<T>, number: impl Fn(&T) -> usize) -> Option<usize> {
    let taken_number = taken.as_ref().map(number);
    // The destructor of what is not there would be code that is never executed.
    core::mem::forget(core::mem::replace(place, taken));
    taken_number
}

/// All that are free, the first one first.
fn drain<T>(mut take: impl FnMut() -> Option<T>, number: impl Fn(&T) -> usize) -> [Option<usize>; LENGTH] {
    array::from_fn(|_| take().map(|one| {
        let found = number(&one);
        core::mem::forget(one);
        found
    }))
}

#[inline(always)]
fn pop(list: &'static List, place: &mut Option<Item>) -> Option<usize> {
    take(place, list.pop(), Slot::index)
}

/// Each party holds a slot; of the others, so many are taken for good.
fn deal(list: &'static List, hands: [&mut Hands<Item>; 3], taken: usize) {
    hands.into_iter().for_each(|hands| hands.full = list.pop());
    iter::repeat_with(|| list.pop()).take(taken).for_each(core::mem::forget);
}

object! {
    list: List = FreeList::new(),
    handle mine: Hands<Item> = Hands::EMPTY,
    handle first: Hands<Item> = Hands::EMPTY,
    handle second: Hands<Item> = Hands::EMPTY,
    reset three_free |list, mine, first, second| { *list = FreeList::new(); deal(list, [mine, first, second], 0) },
    reset one_free |list, mine, first, second| { *list = FreeList::new(); deal(list, [mine, first, second], 2) },
    main fn pop(list, mine) -> Option<usize> { pop(list, &mut mine.empty[0]) },
    main fn drop(list, mine) -> bool { mine.full.take().is_some() },
    core irq(1) fn pop_first(list, first) -> Option<usize> { pop(list, &mut first.empty[0]) },
    core irq(1) fn drop_first(list, first) -> bool { first.full.take().is_some() },
    // Makes an untagged head equal to the one that main has loaded.
    irq(1) fn pop_pop_drop(list, first) = [
        one -> Option<usize> { pop(list, &mut first.empty[0]) },
        two -> Option<usize> { pop(list, &mut first.empty[1]) },
        back -> bool { first.empty[0].take().is_some() },
    ],
    irq(2) fn pop_second(list, second) -> Option<usize> { pop(list, &mut second.empty[0]) },
    irq(2) fn drop_second(list, second) -> bool { second.full.take().is_some() },
    irq(2) fn pop_pop_drop_second(list, second) = [
        one -> Option<usize> { pop(list, &mut second.empty[0]) },
        two -> Option<usize> { pop(list, &mut second.empty[1]) },
        back -> bool { second.empty[0].take().is_some() },
    ],
    main fn pop_two_and_drop_one(list, mine) -> Option<usize> {
        let index = pop(list, &mut mine.empty[0]);
        let _ = list.pop();
        index
    } wrong for pop, caught by [pop_first],
    main fn drop_and_pop_again(list, mine) -> bool {
        let is_there = mine.full.take().is_some();
        let _again = list.pop();
        let _ = list.pop();
        is_there
    } wrong for drop, caught by [pop_first],
    state |list| drain(|| list.pop(), Slot::index),
}

// The same change beside the other core.
object! {
    beside: List = FreeList::new(),
    handle mine: Hands<Item> = Hands::EMPTY,
    handle first: Hands<Item> = Hands::EMPTY,
    handle second: Hands<Item> = Hands::EMPTY,
    reset |beside, mine, first, second| { *beside = FreeList::new(); deal(beside, [mine, first, second], 0) },
    main fn pop(beside, mine) -> Option<usize> { pop(beside, &mut mine.empty[0]) },
    main fn drop(beside, mine) -> bool { mine.full.take().is_some() },
    core fn pop_pop_drop(beside, first) = [
        one -> Option<usize> { pop(beside, &mut first.empty[0]) },
        two -> Option<usize> { pop(beside, &mut first.empty[1]) },
        back -> bool { first.empty[0].take().is_some() },
    ],
    state |beside| drain(|| beside.pop(), Slot::index),
}

#[inline(always)]
fn claim(list: &'static FreeList<1>, place: &mut Option<Slot<'static, 1>>) -> bool {
    take(place, list.from_raw(0), Slot::index).is_some()
}

// An index in raw form: its number is known to all parties.
object! {
    raw: FreeList<1> = FreeList::new(),
    handle mine: Option<Slot<'static, 1>> = None,
    handle first: Option<Slot<'static, 1>> = None,
    handle second: Option<Slot<'static, 1>> = None,
    reset |raw| { *raw = FreeList::new(); raw.pop().map(Slot::into_raw); },
    main fn from_raw(raw, mine) -> bool { claim(raw, mine) },
    core irq(1) fn from_raw_first(raw, first) -> bool { claim(raw, first) },
    irq(1) fn from_and_into_raw(raw, first) = [
        from -> bool { claim(raw, first) },
        into { first.take().map(Slot::into_raw); },
    ],
    irq(2) fn from_raw_second(raw, second) -> bool { claim(raw, second) },
    main fn from_raw_twice(raw, mine) -> bool {
        let is_there = raw.from_raw(0).map(Slot::into_raw).is_some();
        claim(raw, mine);
        is_there
    } wrong for from_raw, caught by [from_raw_first],
    state |raw| raw.pop().map(|slot| slot.into_raw()),
}

type Value = [u32; 2];
type Memory = Pool<Value, LENGTH>;
type Box = Handle<'static, Value, LENGTH>;

/// What party `n` writes into its boxes.
const fn value(n: u32) -> Value {
    [n, !n]
}

/// The boxes lie one behind the other in the pool.
fn number(pool: &'static Memory) -> impl Fn(&Box) -> usize {
    |handle| (core::ptr::from_ref::<Value>(handle).addr() - core::ptr::from_ref(pool).addr()) / size_of::<Value>()
}

#[inline(always)]
fn alloc(pool: &'static Memory, place: &mut Option<Box>, n: u32) -> Option<usize> {
    take(place, pool.try_alloc(value(n)).ok(), number(pool))
}

#[inline(always)]
fn free(place: &mut Option<Box>) -> Option<Value> {
    place.take().map(Handle::into_inner)
}

fn deal_boxes(pool: &'static Memory, hands: [&mut Hands<Box>; 3], taken: usize) {
    hands.into_iter().zip(1..).for_each(|(hands, n)| { alloc(pool, &mut hands.full, n); });
    iter::repeat_with(|| pool.try_alloc(value(0))).take(taken).for_each(core::mem::forget);
}

/// Whether party `n` finds in its boxes what it wrote there.
fn is_whole(hands: &Hands<Box>, n: u32) -> bool {
    let whole = |place: &Option<Box>| place.as_ref().is_none_or(|handle| **handle == value(n));
    whole(&hands.full) && hands.empty.iter().all(whole)
}

object! {
    boxes: Memory = Pool::new(),
    handle mine: Hands<Box> = Hands::EMPTY,
    handle first: Hands<Box> = Hands::EMPTY,
    handle second: Hands<Box> = Hands::EMPTY,
    reset three_free |boxes, mine, first, second| { *boxes = Pool::new(); deal_boxes(boxes, [mine, first, second], 0) },
    reset one_free |boxes, mine, first, second| { *boxes = Pool::new(); deal_boxes(boxes, [mine, first, second], 2) },
    main fn try_alloc(boxes, mine) -> Option<usize> { alloc(boxes, &mut mine.empty[0], 1) },
    main fn drop(boxes, mine) -> Option<Value> { free(&mut mine.full) },
    core irq(1) fn alloc_first(boxes, first) -> Option<usize> { alloc(boxes, &mut first.empty[0], 2) },
    core irq(1) fn drop_first(boxes, first) -> Option<Value> { free(&mut first.full) },
    irq(1) fn alloc_alloc_drop(boxes, first) = [
        one -> Option<usize> { alloc(boxes, &mut first.empty[0], 2) },
        two -> Option<usize> { alloc(boxes, &mut first.empty[1], 2) },
        back -> Option<Value> { free(&mut first.empty[0]) },
    ],
    irq(2) fn alloc_second(boxes, second) -> Option<usize> { alloc(boxes, &mut second.empty[0], 3) },
    irq(2) fn drop_second(boxes, second) -> Option<Value> { free(&mut second.full) },
    // Reads the value after it gave the box back: another party may have written its own.
    main fn drop_then_read(boxes, mine) -> Option<Value> {
        let handle = mine.full.take()?;
        let value = core::ptr::from_ref::<Value>(&handle);
        drop(handle);
        // SAFETY: none, which is the fault; the memory is part of the pool.
        Some(unsafe { value.read_volatile() })
    } wrong for drop, caught by [alloc_first],
    main fn alloc_two_and_free_one(boxes, mine) -> Option<usize> {
        let index = alloc(boxes, &mut mine.empty[0], 1);
        let _ = boxes.try_alloc(value(1));
        index
    } wrong for try_alloc, caught by [alloc_first],
    state |boxes, mine, first, second| (
        is_whole(mine, 1) && is_whole(first, 2) && is_whole(second, 3),
        drain(|| boxes.try_alloc(value(0)).ok(), number(boxes)),
    ),
}

/// The stack of indices without tags.
pub struct Untagged {
    head: indivisible::atomic::AtomicUsize,
    next: [AtomicUsize; 4],
}

const END: usize = 4;

impl Untagged {
    const fn new() -> Self {
        Self {
            head: indivisible::atomic::AtomicUsize::new(0),
            next: [AtomicUsize::new(1), AtomicUsize::new(2), AtomicUsize::new(3), AtomicUsize::new(END)],
        }
    }

    /// Right but for the comparison, which cannot tell a new head from an old one.
    fn pop(&self) -> Option<usize> {
        loop {
            let first = self.head.load(Relaxed);
            if first == END { return None }
            let second = self.next[first].load(Relaxed);
            if self.head.compare_exchange(first, second, Relaxed, Relaxed).is_ok() { return Some(first) }
        }
    }

    fn push(&self, index: usize) {
        self.next[index].store(self.head.load(Relaxed), Relaxed);
        self.head.store(index, Relaxed);
    }

    fn push_early(&self, index: usize) {
        let old = self.head.load(Relaxed);
        self.head.store(index, Relaxed);
        self.next[index].store(old, Relaxed);
    }

    fn contents(&self) -> [Option<usize>; END] {
        let mut index = self.head.load(Relaxed);
        array::from_fn(|_| {
            let next = self.next.get(index)?.load(Relaxed);
            Some(core::mem::replace(&mut index, next))
        })
    }
}

object! {
    untagged: Untagged = Untagged::new(),
    // Both are right only while the other does not interrupt it.
    handle turn: () = (),
    reset |untagged| *untagged = Untagged::new(),
    main fn pop(untagged) -> Option<usize> { critical_section::with(|_| untagged.pop()) },
    irq(1) fn pop_pop_push(untagged, turn) = [
        one -> Option<usize> { untagged.pop() },
        two -> Option<usize> { untagged.pop() },
        back { untagged.push(0) },
    ],
    irq(2) fn pop_pop(untagged, turn) = [
        one -> Option<usize> { untagged.pop() },
        two -> Option<usize> { untagged.pop() },
    ],
    irq(1) fn push_zero(untagged) { if untagged.head.load(Relaxed) > 1 { untagged.push(0) } },
    main fn pop_without_tag(untagged) -> Option<usize> { untagged.pop() } wrong for pop, caught by [pop_pop_push],
    main fn pop_without_tag_at_two_interrupts(untagged) -> Option<usize> { untagged.pop() }
        wrong for pop, caught by [pop_pop, push_zero],
    state |untagged| untagged.contents(),
}

// The same change of the head in three handlers, of which each does one thing, and none interrupts another: no two of
// them bring it about.
object! {
    apart: Untagged = Untagged::new(),
    reset |apart| *apart = Untagged::new(),
    main fn pop(apart) -> Option<usize> { critical_section::with(|_| apart.pop()) },
    irq(1) fn pop_first(apart) -> Option<usize> { apart.pop() },
    irq(1) fn pop_second(apart) -> Option<usize> { apart.pop() },
    irq(1) fn push_zero(apart) { if apart.head.load(Relaxed) > 1 { apart.push(0) } },
    main fn pop_without_tag_at_three_interrupts(apart) -> Option<usize> { apart.pop() }
        wrong for pop, caught by [pop_first, pop_second, push_zero],
    state |apart| apart.contents(),
}

// An index that was never on the list is given back.
object! {
    pushed: Untagged = Untagged::new(),
    reset |pushed| { *pushed = Untagged::new(); pushed.pop(); },
    main fn push(pushed) { critical_section::with(|_| pushed.push(0)) },
    main fn publish_before_linking(pushed) { pushed.push_early(0) } wrong for push, caught by [pop_two],
    irq(1) fn pop_two(pushed) = [
        one -> Option<usize> { pushed.pop() },
        two -> Option<usize> { pushed.pop() },
    ],
    state |pushed| pushed.contents(),
}

type Index = AtomicTaggedIndex<4>;

fn pair(index: &Index) -> (usize, usize) {
    let seen = index.load(Acquire);
    (seen.index(), seen.tag())
}

// Exchanged for the same index: only the tag differs.
object! {
    index: Index = Index::new(5),
    reset |index| *index = Index::new(5),
    main core irq(1) fn load(index) -> (usize, usize) { pair(index) },
    main fn exchange(index) -> bool { index.compare_exchange(index.load(Acquire), 5, AcqRel, Acquire).is_ok() }
        extra false in [exchange_within] extra false in [exchange_two],
    // The exchange that it interrupts is suspended meanwhile.
    irq(1) fn exchange_within(index) -> bool { index.compare_exchange(index.load(Acquire), 5, AcqRel, Acquire).is_ok() }
        extra false in [exchange] elsewhere,
    main fn load_in_halves(index) -> (usize, usize) { (pair(index).0, (pair(index).1 + pair(index).1).wrapping_sub(pair(index).1)) }
        wrong for load, caught by [exchange_two],
    irq(1) fn exchange_two(index) = [
        one { while index.compare_exchange(index.load(Acquire), 5, AcqRel, Acquire).is_err() {} },
        two { while index.compare_exchange(index.load(Acquire), 5, AcqRel, Acquire).is_err() {} },
    ],
    main fn exchange_by_the_index(index) -> bool {
        let before = index.load(Acquire);
        let now = index.load(Acquire);
        before.index() == now.index() && index.compare_exchange(now, 5, AcqRel, Acquire).is_ok()
            && now.tag() == before.tag() + usize::from(before != now) * 2
    } wrong for exchange, caught by [exchange_within],
    state |index| pair(index),
    handlers 1,
}
