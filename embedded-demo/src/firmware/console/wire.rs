//! The receive interrupt, its queue, and what goes wrong between it and `main`.

use crate::firmware::{
    arch::{self, Wfi},
    board,
    interrupts::RECEIVE,
};
use core::cell::RefCell;
use critical_section::Mutex;
use heapless::Deque;
use indivisible::{
    atomic::{
        AtomicBool, AtomicU32,
        Ordering::{Acquire, Relaxed, Release},
    },
    wait::{Interrupts, Park},
};

/// End of transmission: Ctrl-D on a terminal.
const EOT: u8 = 0x04;

/// Bytes that fit into the queue.
const SLOTS: usize = 64;

/// `main`'s end.
pub(super) struct Wire<'a> {
    state: &'a State,
}

/// What the interrupt says.
struct State {
    queue: Mutex<RefCell<Deque<u8, SLOTS>>>,
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
    let state = State {
        queue: Mutex::new(RefCell::new(Deque::new())),
        lost: AtomicU32::new(0),
        ended: AtomicBool::new(false),
    };
    let receive = |()| {
        while let Some(byte) = board::uart::receive() {
            state.take(byte);
        }
    };
    RECEIVE.lend(&receive, || {
        board::uart::enable();
        arch::unmask_uart();
        let result = body(Wire { state: &state });
        arch::mask_uart();
        result
    })
}

impl State {
    /// Called by the interrupt.
    fn take(&self, byte: u8) {
        if byte == EOT {
            // Release: who sees the end sees what came before.
            self.ended.store(true, Release);
        } else if self.lost.load(Relaxed) > 0
            || self.with_queue(|queue| queue.push_back(byte)).is_err()
        {
            self.lost.fetch_add(1, Release);
        }
    }

    fn with_queue<R>(&self, f: impl FnOnce(&mut Deque<u8, SLOTS>) -> R) -> R {
        critical_section::with(|section| f(&mut self.queue.borrow_ref_mut(section)))
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
            if looks && let Some(byte) = self.state.with_queue(Deque::pop_front) {
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
            looks && self.state.with_queue(|queue| !queue.is_empty())
                || self.state.lost.load(Acquire) > 0
                || self.state.ended.load(Acquire)
        };
        // Refused only in an interrupt or a critical section; then this is a busy loop.
        Wfi.park_unless(&Interrupts, &mut ready).ok();
    }
}
