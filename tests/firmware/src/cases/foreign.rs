//! Code that is not ours: proof that the harness needs to know nothing of what it sweeps.

use crate::{
    cases::answer,
    planted::{EMPTY, announced_early, load, store, twin},
};
use core::sync::atomic::{AtomicU32, Ordering::Relaxed};
use harness::{GivenAway, Group, Held, Op, Setting, Twin};
use heapless::spsc::{Consumer, Producer, Queue};

const LENGTH: usize = 4;

static QUEUE: GivenAway<Queue<u32, LENGTH>> = GivenAway::new(Queue::new());
static PRODUCER: Held<Producer<'static, u32>> = Held::new();
static CONSUMER: Held<Consumer<'static, u32>> = Held::new();

/// How many were taken out: says where in its ring the queue stands.
static TAKEN: AtomicU32 = AtomicU32::new(0);

/// Empty, with one element, and full; each from every place in the ring.
const SETTING: Setting = Setting {
    reset: |idle, variant| {
        if let Some(queue) = QUEUE.take(idle) {
            let (producer, consumer) = queue.split();
            PRODUCER.put(producer);
            CONSUMER.put(consumer);
        }
        let (place, filled) = (variant % LENGTH as u32, variant / LENGTH as u32);
        while dequeue() != answer(None) {}
        while TAKEN.load(Relaxed) % LENGTH as u32 != place {
            enqueue(0);
            dequeue();
        }
        for value in 0..[0, 1, 3][filled as usize] {
            enqueue(value);
        }
    },
    variants: 3 * LENGTH as u32,
    state: || CONSUMER.with(|it| it.len() as u64).unwrap_or(0),
};

fn enqueue(value: u32) -> u64 {
    PRODUCER
        .with(|it| it.enqueue(value).is_ok())
        .map_or(0, u64::from)
}

fn dequeue() -> u64 {
    let taken = CONSUMER.with(Consumer::dequeue).flatten();
    if taken.is_some() {
        TAKEN.store(TAKEN.load(Relaxed).wrapping_add(1), Relaxed);
    }
    answer(taken.map(u64::from))
}

const ENQUEUE: Op = Op::new("enqueue", || enqueue(7));
const DEQUEUE: Op = Op::new("dequeue", dequeue);

/// The element's place is given away before the element is out of it.
const FREED_EARLY: Twin = twin(
    "dequeue",
    Op::new("frees, then copies", || {
        store(0, 1);
        load(1).into()
    }),
    Op::new("enqueue where it is free", || {
        let is_free = load(0) == 1;
        if is_free {
            store(1, 7);
        }
        is_free.into()
    }),
    EMPTY,
);

pub(super) const GROUPS: &[Group] = &[
    Group {
        main: &[ENQUEUE],
        handler: &[DEQUEUE],
        twins: &[announced_early("enqueue")],
        ..Group::new("heapless::spsc::Producer", SETTING)
    },
    Group {
        main: &[DEQUEUE],
        handler: &[ENQUEUE],
        twins: &[FREED_EARLY],
        ..Group::new("heapless::spsc::Consumer", SETTING)
    },
    #[cfg(cas)]
    locked::GROUP,
];

/// 64 bits on a target that has 32: portable-atomic's spin lock, which a handler that interrupts its
/// owner can never get.
#[cfg(cas)]
mod locked {
    use harness::{Expect, Group, Op, Setting};
    use portable_atomic::{AtomicU64, Ordering::Relaxed};

    static COUNT: AtomicU64 = AtomicU64::new(0);

    const ADD: Op = Op::new("fetch_add", || COUNT.fetch_add(1, Relaxed));

    pub(super) const GROUP: Group = Group {
        main: &[ADD],
        handler: &[ADD],
        expect: Expect::Hangs,
        ..Group::new(
            "portable_atomic::AtomicU64",
            Setting {
                reset: |_, _| COUNT.store(0, Relaxed),
                variants: 1,
                state: || COUNT.load(Relaxed),
            },
        )
    };
}
