//! thingbuf 0.1.6 and maitake-sync 0.3.0.
//!
//! ```toml
//! [interloper]
//! targets = ["thumbv7m-none-eabi"]
//!
//! [dependencies]
//! thingbuf = { version = "=0.1.6", default-features = false, features = ["static"] }
//! maitake-sync = { version = "=0.3.0", default-features = false, features = ["critical-section", "no-cache-pad"] }
//! ```

use interloper_table::{Task, object};
use maitake_sync::{Mutex, Semaphore, WaitCell};
use thingbuf::StaticThingBuf;

object! {
    queue: StaticThingBuf<u8, 2> = StaticThingBuf::new(),
    main irq(1) fn push(queue) -> bool { queue.push(9).is_ok() },
    main irq(1) fn pop(queue) -> Option<u8> { queue.pop() },
    irq(1) fn pass(queue) = [
        push -> bool { queue.push(7).is_ok() },
        pop -> Option<u8> { queue.pop() },
    ],
    known [push, pass], "docs/findings.md: a completed push is not visible while an earlier one is in progress",
    known [push, push, pop], "docs/findings.md: a completed push is not visible while an earlier one is in progress",
    state |queue| [queue.pop(), queue.pop(), queue.pop()],
}

object! {
    one_slot: StaticThingBuf<u8, 1> = StaticThingBuf::new(),
    main fn push(one_slot) -> bool { one_slot.push(9).is_ok() },
    irq(1) fn pass(one_slot) = [
        push -> bool { one_slot.push(7).is_ok() },
        pop -> Option<u8> { one_slot.pop() },
    ],
    irq(1) fn only_push(one_slot) -> bool { one_slot.push(7).is_ok() },
    irq(1) fn only_pop(one_slot) -> Option<u8> { one_slot.pop() },
    known [push, pass], "docs/findings.md: full for a push and empty for a pop while an earlier push is in progress",
    known [push, only_push, only_pop], "docs/findings.md: the same in two handlers",
    state |one_slot| [one_slot.pop(), one_slot.pop()],
}

object! {
    wait_cell: WaitCell = WaitCell::new(),
    handle task: Task<bool> = Task::new(),
    reset |wait_cell, task| {
        *wait_cell = WaitCell::new();
        let cell: &'static WaitCell = wait_cell;
        task.start(async { cell.wait().await.is_ok() });
    },
    main fn poll(task) -> Option<bool> { task.poll() },
    irq(1) fn wake(wait_cell) -> bool { wait_cell.wake() },
    wakes task,
}

object! {
    mutex: Mutex<u32> = Mutex::new(0),
    reset |mutex| *mutex = Mutex::new(0),
    main fn add(mutex) -> bool { mutex.try_lock().map(|mut it| *it += 1).is_some() },
    irq(1) fn add_two(mutex) -> bool { mutex.try_lock().map(|mut it| *it += 2).is_some() } extra false in [add],
    state |mutex| mutex.try_lock().map(|it| *it),
}

object! {
    semaphore: Semaphore = Semaphore::new(1),
    reset |semaphore| *semaphore = Semaphore::new(1),
    main irq(1) fn acquire(semaphore) -> bool {
        semaphore.try_acquire(1).map(|permit| permit.forget()).is_ok()
    },
    irq(1) fn add(semaphore) { semaphore.add_permits(1) },
    state |semaphore| semaphore.available_permits(),
}
