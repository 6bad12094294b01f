//! Code of others: the queue of heapless, which holds, and portable-atomic's fallback, which hangs.

use heapless::spsc::{Consumer, Producer, Queue};
use interloper_table::object;

const LENGTH: usize = 4;

type Ring = Queue<u32, LENGTH>;
type Sender = Option<Producer<'static, u32>>;
type Receiver = Option<Consumer<'static, u32>>;

/// With so many elements, beginning at this place of the ring.
fn split(queue: &'static mut Ring, place: usize, filled: u32) -> (Sender, Receiver) {
    *queue = Queue::new();
    for _ in 0..place {
        queue.enqueue(0).ok();
        queue.dequeue();
    }
    (0..filled).for_each(|value| { queue.enqueue(value).ok(); });
    let (producer, consumer) = queue.split();
    (Some(producer), Some(consumer))
}

macro_rules! queue {
    ($($variant:ident: $place:literal, $filled:literal;)*) => { object! {
        spsc: () = (),
        handle queue: Ring = Queue::new(),
        handle producer: Sender = None,
        handle consumer: Receiver = None,
        $(reset $variant |queue, producer, consumer| { (*producer, *consumer) = split(queue, $place, $filled) },)*
        main core irq(1) fn enqueue(producer) -> Option<bool> { Some(producer.as_mut()?.enqueue(7).is_ok()) },
        main core irq(1) fn dequeue(consumer) -> Option<u32> { consumer.as_mut()?.dequeue() },
        // Whether there is an element is asked before and after another one is taken.
        main fn dequeue_last(consumer) -> Option<u32> {
            let it = consumer.as_mut()?;
            let is_single = it.len() < 2;
            let first = it.dequeue();
            if is_single && it.ready() { None } else { first }
        } wrong for dequeue, caught by [enqueue],
        main fn enqueue_if_ready(producer) -> Option<bool> {
            let it = producer.as_mut()?;
            let was_ready = it.ready();
            Some(it.enqueue(7).is_ok() == was_ready && was_ready)
        } wrong for enqueue, caught by [dequeue],
        state |consumer| consumer.as_mut().map(|it| core::array::from_fn::<_, LENGTH, _>(|_| it.dequeue())),
    } };
}

queue! {
    empty: 0, 0; one: 0, 1; full: 0, 3;
    empty_at_1: 1, 0; one_at_1: 1, 1; full_at_1: 1, 3;
    empty_at_2: 2, 0; one_at_2: 2, 1; full_at_2: 2, 3;
    empty_at_3: 3, 0; one_at_3: 3, 1; full_at_3: 3, 3;
}

// 64 bits on a target that has 32: a spin lock, which a handler that interrupts its owner never gets.
#[cfg(target_has_atomic = "32")]
object! {
    locked: portable_atomic::AtomicU64 = portable_atomic::AtomicU64::new(0),
    main irq(1) fn fetch_add(locked) -> u64 { locked.fetch_add(1, portable_atomic::Ordering::Relaxed) },
    known [fetch_add, fetch_add], "a spin lock, taken by a handler that interrupts its owner",
}
