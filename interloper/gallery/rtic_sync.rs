//! rtic-sync 1.6.0.
//!
//! ```toml
//! [dependencies]
//! rtic-sync = "=1.6.0"
//! portable-atomic = { version = "1", default-features = false, features = ["critical-section"] }
//! ```

use interloper_table::{Task, object};
use rtic_sync::{
    arbiter::Arbiter,
    channel::{Channel, Receiver, Sender},
    signal::{Signal, SignalWriter},
};

object! {
    channel: Channel<u8, 2> = Channel::new(),
    handle sender: Option<Sender<'static, u8, 2>> = None,
    handle receiver: Option<Receiver<'static, u8, 2>> = None,
    reset |channel, sender, receiver| {
        *channel = Channel::new();
        let (s, r) = channel.split();
        (*sender, *receiver) = (Some(s), Some(r));
    },
    main irq(1) fn try_send(sender) -> Option<bool> { Some(sender.as_mut()?.try_send(9).is_ok()) },
    main irq(1) fn try_receive(receiver) -> Option<u8> { receiver.as_mut()?.try_recv().ok() },
    state |receiver| receiver.as_mut().map(|it| [it.try_recv().ok(), it.try_recv().ok()]),
}

object! {
    signal: Signal<u32> = Signal::new(),
    handle writer: Option<SignalWriter<'static, u32>> = None,
    handle task: Task<u32> = Task::new(),
    reset |signal, writer, task| {
        *signal = Signal::new();
        let signal: &'static Signal<u32> = signal;
        let (w, mut r) = signal.split();
        *writer = Some(w);
        task.start(async move { r.wait().await });
    },
    main fn poll(task) -> Option<u32> { task.poll() },
    irq(1) fn write(writer) { if let Some(it) = writer { it.write(7) } },
    wakes task,
}

object! {
    arbiter: Arbiter<u32> = Arbiter::new(0),
    reset |arbiter| *arbiter = Arbiter::new(0),
    main fn add(arbiter) -> bool { arbiter.try_access().map(|mut it| *it += 1).is_some() },
    irq(1) fn add_two(arbiter) -> bool { arbiter.try_access().map(|mut it| *it += 2).is_some() } extra false in [add],
    state |arbiter| arbiter.try_access().map(|it| *it),
}
