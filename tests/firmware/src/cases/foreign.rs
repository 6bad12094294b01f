//! Code that is not ours: proof that the harness needs to know nothing of what it sweeps.

use crate::{
    cases::answer,
    planted::{torn_load, torn_store},
};
use harness::{GivenAway, Group, Held, Op, Setting};
use heapless::spsc::{Consumer, Producer, Queue};

static QUEUE: GivenAway<Queue<u32, 4>> = GivenAway::new(Queue::new());
static PRODUCER: Held<Producer<'static, u32>> = Held::new();
static CONSUMER: Held<Consumer<'static, u32>> = Held::new();

/// Empty, with one element, and full.
const SETTING: Setting = Setting {
    reset: |idle, variant| {
        if let Some(queue) = QUEUE.take(idle) {
            let (producer, consumer) = queue.split();
            PRODUCER.put(producer);
            CONSUMER.put(consumer);
        }
        while dequeue() != answer(None) {}
        for value in 0..[0, 1, 3][variant as usize] {
            enqueue(value);
        }
    },
    variants: 3,
    state: || CONSUMER.with(|it| it.len() as u64).unwrap_or(0),
};

fn enqueue(value: u32) -> u64 {
    PRODUCER
        .with(|it| it.enqueue(value).is_ok())
        .map_or(0, u64::from)
}

fn dequeue() -> u64 {
    answer(CONSUMER.with(Consumer::dequeue).flatten().map(u64::from))
}

const ENQUEUE: Op = Op::new("enqueue", || enqueue(7));
const DEQUEUE: Op = Op::new("dequeue", dequeue);

pub(super) const GROUPS: &[Group] = &[
    Group {
        main: &[ENQUEUE],
        handler: &[DEQUEUE],
        twins: &[torn_store("enqueue")],
        ..Group::new("heapless::spsc::Producer", SETTING)
    },
    Group {
        main: &[DEQUEUE],
        handler: &[ENQUEUE],
        twins: &[torn_load("dequeue")],
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
