//! The ring of `Latest` on plain words: the wrong versions that its comments warn of.

use core::{
    array,
    sync::atomic::{
        AtomicBool, AtomicUsize,
        Ordering::{Acquire, Relaxed, Release},
        fence,
    },
};
use interloper_table::object;

type Value = [usize; 4];

/// `K` of the slots are in use.
pub struct Ring<const K: usize> {
    sequence: AtomicUsize,
    slots: [[AtomicUsize; 4]; K],
    /// The sequence number that the reader has seen.
    seen: AtomicUsize,
}

/// Whether torn words were converted, even if the copy was dropped.
static TORN_WAS_CONVERTED: AtomicBool = AtomicBool::new(false);

fn convert(value: Value) -> Value {
    let [a, b, c, d] = value;
    if (a ^ c) | (a ^ !b) | (a ^ !d) != 0 { TORN_WAS_CONVERTED.store(true, Relaxed) }
    value
}

impl<const K: usize> Ring<K> {
    const fn new() -> Self {
        Self {
            sequence: AtomicUsize::new(0),
            slots: [const { [const { AtomicUsize::new(0) }; 4] }; K],
            seen: AtomicUsize::new(0),
        }
    }

    /// With so many publications, all of them seen.
    fn with(published: usize) -> Self {
        let ring = Self::new();
        (1..=published).for_each(|number| ring.publish(number));
        ring.seen.store(published, Relaxed);
        ring
    }

    fn fill(&self, sequence: usize, number: usize) {
        let value = [number, !number, number, !number];
        for (word, part) in self.slots[sequence % K].iter().zip(value) {
            word.store(part, Relaxed);
        }
    }

    fn copy(&self, sequence: usize) -> Value {
        array::from_fn(|word| self.slots[sequence % K][word].load(Relaxed))
    }

    fn publish(&self, number: usize) {
        let sequence = self.sequence.load(Relaxed) + 1;
        fence(Release);
        self.fill(sequence, number);
        self.sequence.store(sequence, Release);
    }

    /// What `copy` gives between two equal sequence numbers.
    fn read(&self) -> (usize, Value) {
        loop {
            let before = self.sequence.load(Acquire);
            let value = self.copy(before);
            fence(Acquire);
            if self.sequence.load(Relaxed) == before { return (before, convert(value)) }
        }
    }

    fn newer_and_missed(&self) -> (usize, Value) {
        let (sequence, value) = self.read();
        (sequence - self.seen.swap_for(sequence), value)
    }
}

/// A load and a store: only the reader's context uses the word.
trait Swap {
    fn swap_for(&self, value: usize) -> usize;
}

impl Swap for AtomicUsize {
    fn swap_for(&self, value: usize) -> usize {
        let before = self.load(Relaxed);
        self.store(value, Relaxed);
        before
    }
}

/// `$half`: fewer publications than come round to the slot that is being read.
macro_rules! slots {
    ($name:ident, $K:literal, [$($several:ident: $number:literal),*], [$($half:ident: $half_number:literal),*]) => { object! {
        $name: Ring<$K> = Ring::new(),
        // There is one writer.
        handle writer: () = (),
        reset even |$name| *$name = Ring::with(2),
        reset odd |$name| *$name = Ring::with(1),
        main irq(1) fn publish($name, writer) { $name.publish(100) },
        irq(1) fn publish_several($name, writer) = [$($several { $name.publish($number) }),*],
        irq(1) fn publish_half($name, writer) = [$($half { $name.publish($half_number) }),*],
        irq(1) fn publish_other_half($name, writer) = [$($half { $name.publish($half_number) }),*],
        main irq(1) fn read($name) -> Value { $name.read().1 },
        main fn newer_and_missed($name) -> (usize, Value) { $name.newer_and_missed() },
        main fn number_first($name, writer) {
            let sequence = $name.sequence.load(Relaxed) + 1;
            $name.sequence.store(sequence, Release);
            $name.fill(sequence, 100);
        } wrong for publish, caught by [read],
        main fn into_the_published_slot($name, writer) {
            let sequence = $name.sequence.load(Relaxed);
            $name.fill(sequence, 100);
            $name.sequence.store(sequence + 1, Release);
            $name.fill(sequence + 1, 100);
        } wrong for publish, caught by [read],
        main fn no_second_look($name) -> Value { convert($name.copy($name.sequence.load(Acquire))) }
            wrong for read, caught by [publish_several],
        main fn no_second_look_at_two_interrupts($name) -> Value { convert($name.copy($name.sequence.load(Acquire))) }
            wrong for read, caught by [publish_half, publish_other_half],
        main fn second_look_too_early($name) -> Value {
            loop {
                let sequence = $name.sequence.load(Acquire);
                if $name.sequence.load(Relaxed) == sequence { return convert($name.copy(sequence)) }
            }
        } wrong for read, caught by [publish_several],
        // Right about what it returns.
        main fn convert_before_the_second_look($name) -> Value {
            loop {
                let sequence = $name.sequence.load(Acquire);
                let value = convert($name.copy(sequence));
                if $name.sequence.load(Relaxed) == sequence { return value }
            }
        } wrong for read, caught by [publish_several],
        // The number of missed values is not that of the value.
        main fn count_before_reading($name) -> (usize, Value) {
            let missed = $name.sequence.load(Relaxed) - $name.seen.load(Relaxed);
            let (sequence, value) = $name.read();
            $name.seen.store(sequence, Relaxed);
            (missed, value)
        } wrong for newer_and_missed, caught by [publish],
        state |$name| $name.read(),
        always |$name| !TORN_WAS_CONVERTED.load(Relaxed), "torn words are never converted",
    } };
}

slots! { ring_of_two, 2, [first: 201, second: 202], [half: 300] }
slots! { ring_of_four, 4, [first: 201, second: 202, third: 203, fourth: 204], [one: 301, two: 302] }
