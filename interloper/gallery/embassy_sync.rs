//! embassy-sync 0.8.0: with `CriticalSectionRawMutex`, as its documentation asks for where interrupts take part.
//!
//! ```toml
//! [dependencies]
//! embassy-sync = "=0.8.0"
//! ```

use embassy_sync::{blocking_mutex::raw::CriticalSectionRawMutex as Raw, channel::Channel, mutex::Mutex, signal::Signal, watch::Watch};
use interloper_table::{Task, object};

object! {
    signal: Signal<Raw, u32> = Signal::new(),
    handle task: Task<u32> = Task::new(),
    reset |signal, task| {
        *signal = Signal::new();
        let signal: &'static Signal<Raw, u32> = signal;
        task.start(signal.wait());
    },
    main fn poll(task) -> Option<u32> { task.poll() },
    main irq(1) fn send(signal) { signal.signal(7) },
    irq(1) fn take(signal) -> Option<u32> { signal.try_take() },
    wakes task,
}

object! {
    channel: Channel<Raw, u8, 2> = Channel::new(),
    handle task: Task<u8> = Task::new(),
    reset |channel, task| {
        *channel = Channel::new();
        let channel: &'static Channel<Raw, u8, 2> = channel;
        task.start(channel.receive());
    },
    main fn poll(task) -> Option<u8> { task.poll() },
    main irq(1) fn try_send(channel) -> bool { channel.try_send(9).is_ok() },
    main irq(1) fn try_receive(channel) -> Option<u8> { channel.try_receive().ok() },
    state |channel| channel.len(),
    wakes task,
}

object! {
    mutex: Mutex<Raw, u32> = Mutex::new(0),
    reset |mutex| *mutex = Mutex::new(0),
    main fn add(mutex) -> bool { mutex.try_lock().map(|mut it| *it += 1).is_ok() },
    irq(1) fn add_two(mutex) -> bool { mutex.try_lock().map(|mut it| *it += 2).is_ok() } extra false in [add],
    state |mutex| mutex.try_lock().map(|it| *it).ok(),
}

object! {
    watch: Watch<Raw, u32, 1> = Watch::new(),
    reset |watch| { *watch = Watch::new(); watch.sender().send(1); },
    main irq(1) fn get(watch) -> Option<u32> { watch.try_get() },
    main irq(1) fn send(watch) { watch.sender().send(7) },
    state |watch| watch.try_get(),
}
