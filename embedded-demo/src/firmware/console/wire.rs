//! The receive interrupt, its queue, and what goes wrong between it and `main`.

use crate::firmware::{
    arch::{self, Wfi},
    board,
    interrupts::RECEIVE,
};
use core::cell::RefCell;
use critical_section::Mutex;
use heapless::spsc::{Consumer, Producer, Queue};
use indivisible::{
    atomic::{
        AtomicBool, AtomicU32,
        Ordering::{Acquire, Relaxed, Release},
    },
    wait::{Interrupts, Park},
};

/// End of transmission: Ctrl-D on a terminal.
const EOT: u8 = 0x04;

/// One more than fit into the queue.
const SLOTS: usize = 65;

/// `main`'s end.
pub(super) struct Wire<'a> {
    queue: Consumer<'a, u8>,
    state: &'a State,
}

/// What the interrupt says beside the queue.
struct State {
    /// Bytes lost since `main` last asked.
    lost: AtomicU32,
    /// Whether EOT has come.
    ended: AtomicBool,
}

/// What has come, in the order in which it was sent.
pub(super) enum Received {
    Byte(u8),
    Lost(u32),
    End,
}

/// Receives while `body` runs.
pub(super) fn connect<R>(body: impl FnOnce(Wire<'_>) -> R) -> R {
    let mut queue = Queue::<u8, SLOTS>::new();
    let (producer, consumer) = queue.split();
    let state = State {
        lost: AtomicU32::new(0),
        ended: AtomicBool::new(false),
    };
    let producer = Mutex::new(RefCell::new(producer));
    let receive = |()| {
        while let Some(byte) = board::uart::receive() {
            critical_section::with(|section| {
                state.take(byte, &mut producer.borrow_ref_mut(section));
            });
        }
    };
    RECEIVE.lend(&receive, || {
        board::uart::enable();
        arch::unmask_uart();
        let result = body(Wire {
            queue: consumer,
            state: &state,
        });
        arch::mask_uart();
        result
    })
}

impl State {
    /// Called by the interrupt.
    fn take(&self, byte: u8, queue: &mut Producer<'_, u8>) {
        if byte == EOT {
            // Release: who sees the end sees what came before.
            self.ended.store(true, Release);
        } else if self.lost.load(Relaxed) > 0 || queue.enqueue(byte).is_err() {
            self.lost.fetch_add(1, Release);
        }
    }
}

impl Wire<'_> {
    /// Sleeps until something has come.
    pub(super) fn receive(&mut self) -> Received {
        loop {
            // Both before the queue: once one of them is set, nothing comes into the queue any more.
            let (ended, lost) = (
                self.state.ended.load(Acquire),
                self.state.lost.load(Acquire) > 0,
            );
            let looks = lost || ended || !cfg!(feature = "slow-main");
            if looks && let Some(byte) = self.queue.dequeue() {
                return Received::Byte(byte);
            }
            if lost {
                return Received::Lost(self.state.lost.swap(0, Acquire));
            }
            if ended {
                return Received::End;
            }
            self.sleep(looks);
        }
    }

    fn sleep(&self, looks: bool) {
        let mut ready = || {
            looks && self.queue.ready()
                || self.state.lost.load(Acquire) > 0
                || self.state.ended.load(Acquire)
        };
        // Refused only in an interrupt or a critical section; then this is a busy loop.
        Wfi.park_unless(&Interrupts, &mut ready).ok();
    }
}
