//! heapless 0.9.4.
//!
//! ```toml
//! [dependencies]
//! heapless = { version = "=0.9.4", features = ["portable-atomic-critical-section"] }
//! ```

use heapless::{mpmc, spsc};
use interloper_table::object;

type Spsc = spsc::Queue<u8, 4>;

object! {
    spsc_queue: () = (),
    handle queue: Spsc = spsc::Queue::new(),
    handle producer: Option<spsc::Producer<'static, u8>> = None,
    handle consumer: Option<spsc::Consumer<'static, u8>> = None,
    reset empty |queue, producer, consumer| {
        *queue = spsc::Queue::new();
        let (p, c) = queue.split();
        (*producer, *consumer) = (Some(p), Some(c));
    },
    reset full |queue, producer, consumer| {
        *queue = spsc::Queue::new();
        for n in 1..4 { queue.enqueue(n).ok(); }
        let (p, c) = queue.split();
        (*producer, *consumer) = (Some(p), Some(c));
    },
    main irq(1) fn enqueue(producer) -> Option<bool> { Some(producer.as_mut()?.enqueue(9).is_ok()) },
    main irq(1) fn dequeue(consumer) -> Option<u8> { consumer.as_mut()?.dequeue() },
    main fn len(consumer) -> Option<usize> { Some(consumer.as_mut()?.len()) },
    irq(1) fn two(producer) = [
        first -> Option<bool> { Some(producer.as_mut()?.enqueue(7).is_ok()) },
        second -> Option<bool> { Some(producer.as_mut()?.enqueue(8).is_ok()) },
    ],
    state |consumer| consumer.as_mut().map(|it| core::array::from_fn::<_, 4, _>(|_| it.dequeue())),
}

fn drain(queue: &mpmc::Queue<u8, 2>) -> [Option<u8>; 3] {
    core::array::from_fn(|_| queue.dequeue())
}

object! {
    mpmc_queue: mpmc::Queue<u8, 2> = mpmc::Queue::new(),
    reset empty |mpmc_queue| *mpmc_queue = mpmc::Queue::new(),
    reset half |mpmc_queue| { *mpmc_queue = mpmc::Queue::new(); mpmc_queue.enqueue(1).ok(); },
    reset full |mpmc_queue| { *mpmc_queue = mpmc::Queue::new(); mpmc_queue.enqueue(1).ok(); mpmc_queue.enqueue(2).ok(); },
    main irq(1) fn enqueue(mpmc_queue) -> bool { mpmc_queue.enqueue(9).is_ok() },
    main irq(1) fn dequeue(mpmc_queue) -> Option<u8> { mpmc_queue.dequeue() },
    irq(1) fn replace(mpmc_queue) = [
        dequeue -> Option<u8> { mpmc_queue.dequeue() },
        enqueue -> bool { mpmc_queue.enqueue(9).is_ok() },
    ],
    state |mpmc_queue| drain(mpmc_queue),
    known [dequeue, replace], "https://github.com/rust-embedded/heapless/issues/583",
    known [enqueue, enqueue, replace], "https://github.com/rust-embedded/heapless/issues/583",
    known [enqueue, dequeue, replace], "https://github.com/rust-embedded/heapless/issues/583",
    known [enqueue, enqueue, dequeue], "https://github.com/rust-embedded/heapless/issues/583",
    known [dequeue, enqueue, dequeue], "https://github.com/rust-embedded/heapless/issues/583",
}
