//! The receive interrupt, and its queue to `main`.

use crate::one_core::{
    arch::{self, Wfi},
    board,
    party::RECEIVE,
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

/// The state that the interrupt shares with `main`, beside the queue.
struct State {
    /// Bytes lost since `main` last took the count.
    lost: AtomicU32,
    /// Whether EOT was received.
    ended: AtomicBool,
}

/// Events, in the order in which they were sent.
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
            // Release: a reader that sees the end sees the bytes before it.
            self.ended.store(true, Release);
        } else if self.lost.load(Relaxed) > 0 || queue.enqueue(byte).is_err() {
            self.lost.fetch_add(1, Release);
        }
    }
}

impl Wire<'_> {
    /// Sleeps until the next event.
    pub(super) fn receive(&mut self) -> Received {
        loop {
            // Both before the queue: once one of them is set, the interrupt enqueues no more.
            let (ended, lost) = (
                self.state.ended.load(Acquire),
                self.state.lost.load(Acquire) > 0,
            );
            let reads_queue = lost || ended || !cfg!(feature = "slow-main");
            if reads_queue && let Some(byte) = self.queue.dequeue() {
                return Received::Byte(byte);
            }
            if lost {
                return Received::Lost(self.state.lost.swap(0, Acquire));
            }
            if ended {
                return Received::End;
            }
            self.sleep(reads_queue);
        }
    }

    fn sleep(&self, reads_queue: bool) {
        let mut ready = || {
            reads_queue && self.queue.ready()
                || self.state.lost.load(Acquire) > 0
                || self.state.ended.load(Acquire)
        };
        // Refused only in an interrupt or a critical section; then this is a busy loop.
        Wfi.park_unless(&Interrupts, &mut ready).ok();
    }
}
