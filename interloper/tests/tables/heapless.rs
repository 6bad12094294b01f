//! `heapless::mpmc::Queue` 0.9.4: on a full or an empty queue it fails, <https://github.com/rust-embedded/heapless/issues/583>.
//!
//! ```toml
//! [dependencies]
//! heapless = { version = "=0.9.4", features = ["portable-atomic-critical-section"] }
//! ```

use heapless::mpmc::Queue;
use interloper_table::object;

fn drain(queue: &Queue<u8, 2>) -> [Option<u8>; 3] {
    core::array::from_fn(|_| queue.dequeue())
}

object! {
    full: Queue<u8, 2> = Queue::new(),
    reset |full| { full.enqueue(1).ok(); full.enqueue(2).ok(); },
    main irq(1) fn dequeue(full) -> Option<u8> { full.dequeue() },
    main irq(1) fn enqueue(full) -> bool { full.enqueue(9).is_ok() },
    irq(1) fn replace(full) = [
        dequeue -> Option<u8> { full.dequeue() },
        enqueue -> bool { full.enqueue(9).is_ok() },
    ],
    state |full| drain(full),
    known [dequeue, dequeue, enqueue], "https://github.com/rust-embedded/heapless/issues/583",
    known [dequeue, replace], "https://github.com/rust-embedded/heapless/issues/583",
}

object! {
    empty: Queue<u8, 2> = Queue::new(),
    main irq(1) fn enqueue(empty) -> bool { empty.enqueue(1).is_ok() },
    main irq(1) fn dequeue(empty) -> Option<u8> { empty.dequeue() },
    irq(1) fn pass(empty) = [
        enqueue -> bool { empty.enqueue(9).is_ok() },
        dequeue -> Option<u8> { empty.dequeue() },
    ],
    state |empty| drain(empty),
    known [enqueue, enqueue, dequeue], "https://github.com/rust-embedded/heapless/issues/583",
    known [enqueue, pass], "https://github.com/rust-embedded/heapless/issues/583",
}
