//! A slot where a change is one atomic exchange of its bits, which guard two cells for wakers.
//!
//! The waker stays in the slot, where callers of `wake` *read* it: a waker that a caller moved out could not be
//! found by the next one. The caller that reads is the slot's *reader*. Each context does only what the bits allow:
//!
//! | bit | set by | meaning |
//! |---|---|---|
//! | `TAKEN` | the task | the slot belongs to this task |
//! | `BUSY` | a wait of a `Waiter` | it registers; other waits of the same `Waiter` leave the slot alone |
//! | `REGISTERED` | the task | there is a waker, and no context writes it |
//! | `SECOND` | the task | the waker is in the second cell, not in the first |
//! | `WAKING` | the reader | it reads a cell; other callers of `wake` leave the wake-up to it |
//! | `READS_SECOND` | the reader | it reads the second cell, not the first |
//! | `AGAIN` | another caller of `wake` | the reader wakes once more before it clears `WAKING` |
//!
//! ```text
//!          take             register                  wake
//!   free ────────► TAKEN ──────────────► REGISTERED ────────► REGISTERED | WAKING
//!        ◄────────       ◄──────────────            ◄────────        │   ▲
//!          leave            withdraw               end_reading       └───┘
//!                                                                wake: sets AGAIN
//! ```
//!
//! While `WAKING` is set, the task still withdraws, registers and leaves, and the next task takes the slot:
//! the reader may be slow, since the task that it wakes may preempt it. Hence two cells: the task
//! registers in the one that is not being read. So no context waits for another one.
//!
//! # Proof
//!
//! Every change of the bits is AcqRel, so any two of them are ordered, and what precedes the first
//! happens before what follows the second.
//!
//! 1. *No cell is written while it is read.* `wake` begins to read a cell only where `REGISTERED` is set
//!    and `WAKING` is not, and names the cell in the same change. `register` and `leave` write a cell only
//!    after `withdraw` has cleared `REGISTERED`, and only if the bits that `withdraw` returns do not name it
//!    as being read. The reader writes only the cell that it has read, in `end_reading`, where it is not the
//!    registered one; the bits name that cell until the reader's next change, so the task leaves it alone.
//! 2. *No wake-up is lost.* `wake` changes the bits also where no waker is registered. If its change
//!    precedes that of `register`, the check after the registration sees what was stored before `wake`. If
//!    it follows, it finds `REGISTERED`: the caller becomes the reader, or it sets `AGAIN`.
//! 3. *No `AGAIN` is lost.* `end_reading` clears `WAKING` in a change that finds `AGAIN` or `REGISTERED`
//!    clear. With `AGAIN` set it reads on instead; with `REGISTERED` clear, a later registration is case 2.
//! 4. *No panic of a waker breaks 1 to 3.* A waker's code runs in four places. `register` clones before it
//!    withdraws, and drops the waker that it replaces after its last change; so does `leave`. The reader
//!    notes what comes next before each call, and its destructor goes on from there.
//! 5. *Waits that share a `Waiter` are one task to 1 to 3.* Only the wait that has set `BUSY` changes the task's bits
//!    and cells, and it clears `BUSY` last. The slot is left when no wait borrows the `Waiter`.
//! 6. *None of them is forgotten.* The waker of another wait that a registration replaces is called after it, so
//!    that wait is polled again. A wait that finds `BUSY` set calls its own waker.

#![allow(
    unsafe_code,
    reason = "bits guard a waker that the compiler cannot see guarded"
)]

use super::super::panic::{UNWINDS, contained};
use crate::sync::{
    Change, ChangeInteger,
    Ordering::{AcqRel, Acquire, Relaxed},
    UnsafeCell, impl_zero, shared,
};
use core::task::Waker;

const TAKEN: u8 = 1;
const REGISTERED: u8 = 2;
const SECOND: u8 = 4;
const WAKING: u8 = 8;
const READS_SECOND: u8 = 16;
const AGAIN: u8 = 32;
const BUSY: u8 = 64;

pub(in crate::wait::task) struct Slot {
    bits: shared::AtomicU8,
    wakers: [UnsafeCell<Option<Waker>>; 2],
}

// SAFETY: by the proof above, contexts read a waker together and write it alone; a `Waker` is Send and Sync.
unsafe impl Sync for Slot {}

// Nothing outside sees a waker, and no panic in one leaves a cell half written.
impl core::panic::RefUnwindSafe for Slot {}

impl_zero! { [] Slot = Self::new(); }

/// The cell of the task's waker, or of its next one.
fn current(bits: u8) -> usize {
    usize::from(bits & SECOND != 0)
}

/// The cell that the reader reads.
fn being_read(bits: u8) -> Option<usize> {
    (bits & WAKING != 0).then_some(usize::from(bits & READS_SECOND != 0))
}

fn is_registered_in(bits: u8, cell: usize) -> bool {
    bits & REGISTERED != 0 && current(bits) == cell
}

impl Slot {
    #[cfg_attr(no_const, no_const::no_const)]
    pub(in crate::wait::task) const fn new() -> Self {
        Self {
            bits: shared::AtomicU8::new(0),
            wakers: [UnsafeCell::new(None), UnsafeCell::new(None)],
        }
    }

    fn change(&self, change: impl Fn(u8) -> u8) -> u8 {
        let (Ok(bits) | Err(bits)) = self.bits.change(AcqRel, Acquire, |bits| Some(change(bits)));
        bits
    }

    /// Takes the slot for a wait; `true` if no other wait has it.
    pub(in crate::wait::task) fn take(&self) -> bool {
        let take = |bits| (bits & TAKEN == 0).then_some(bits | TAKEN);
        self.bits.change(AcqRel, Acquire, take).is_ok()
    }

    /// By the slot's task: every later `wake` calls `new`.
    pub(in crate::wait::task) fn register(&self, new: &Waker) {
        // The bits of the cell are the task's own: no other context changes them.
        let bits = self.bits.load(Relaxed);
        if bits & REGISTERED != 0 && self.read(current(bits), |waker| waker.will_wake(new)) {
            // Still registered: an earlier `wake` has led to this poll, and a later one will to another.
            return;
        }
        let new = new.clone();
        let bits = self.withdraw();
        let cell = being_read(bits).map_or(current(bits), |cell| 1 - cell);
        let old = self.replace(cell, Some(new));
        let second = if cell == 0 { 0 } else { SECOND };
        self.change(|bits| bits & !SECOND | second | REGISTERED);
        drop(old);
    }

    /// By one of the waits that share the slot: every later `wake` calls `new`, until another wait registers, which
    /// calls it, too. Where another wait registers at this moment, it calls `new` in place of registering it.
    pub(in crate::wait::task) fn register_shared(&self, new: &Waker) {
        let begin = |bits| (bits & BUSY == 0).then_some(bits | BUSY);
        let Ok(bits) = self.bits.change(AcqRel, Acquire, begin) else {
            return new.wake_by_ref();
        };
        let busy = Busy(self);
        let is_registered = bits & REGISTERED != 0;
        let mut others = None;
        if is_registered {
            let cloned = |waker: &Waker| (!waker.will_wake(new)).then(|| waker.clone());
            others = self.read(current(bits), cloned);
        }
        if !is_registered || others.is_some() {
            self.register(new);
        }
        drop(busy);
        if let Some(waker) = others {
            waker.wake();
        }
    }

    /// By the slot's task, whose wait ends: gives its waker back, unless the reader has it.
    pub(in crate::wait::task) fn leave(&self) -> Option<Waker> {
        let bits = self.withdraw();
        let mut old = None;
        if being_read(bits) != Some(current(bits)) {
            old = self.replace(current(bits), None);
        }
        ChangeInteger::fetch_and(&self.bits, !TAKEN, AcqRel);
        old
    }

    /// By the slot's task: from here on no context begins to read.
    fn withdraw(&self) -> u8 {
        ChangeInteger::fetch_and(&self.bits, !(REGISTERED | AGAIN), AcqRel)
    }

    /// By any context: calls the waker, if there is one.
    pub(in crate::wait::task) fn wake(&self) {
        // A change also where no waker is registered: step 2 of the proof.
        let bits = self.change(|bits| match bits & (REGISTERED | WAKING) {
            REGISTERED => begin_to_read(bits),
            both if both == REGISTERED | WAKING => bits | AGAIN,
            _ => bits,
        });
        if bits & (REGISTERED | WAKING) == REGISTERED {
            let next = Next::Call(current(bits));
            Reader { slot: self, next }.run();
        }
    }

    /// By the reader, which has read `cell`: the cell that it reads next, if any, and the waker that is no
    /// longer the task's.
    fn end_reading(&self, cell: usize) -> (Option<usize>, Option<Waker>) {
        let (mut is_emptied, mut old) = (false, None);
        loop {
            let changed = self.bits.change(AcqRel, Acquire, |bits| {
                // The task registers elsewhere while the bits name this cell, so that it stays as it is.
                if !is_emptied && !is_registered_in(bits, cell) {
                    return None;
                }
                Some(if is_called_again(bits) {
                    begin_to_read(bits)
                } else {
                    bits & !(WAKING | AGAIN)
                })
            });
            match changed {
                Ok(bits) => return (is_called_again(bits).then_some(current(bits)), old),
                Err(_) => old = self.replace(cell, None),
            }
            is_emptied = true;
        }
    }

    /// One of two: in these words, since the compiler then derives that no index is out of bounds.
    fn cell(&self, cell: usize) -> &UnsafeCell<Option<Waker>> {
        &self.wakers[cell % 2]
    }

    /// By the slot's task with the cell of its registered waker, or by the reader with the cell that it reads.
    fn read<R: Default>(&self, cell: usize, f: impl FnOnce(&Waker) -> R) -> R {
        // SAFETY: step 1 of the proof: no context writes the cell of a registered waker, nor one that is
        // being read.
        let waker = self
            .cell(cell)
            .with(|waker| unsafe { (*waker).as_ref().map(f) });
        waker.unwrap_or_default()
    }

    /// By the context that may write `cell`: gives back what was in it.
    fn replace(&self, cell: usize, new: Option<Waker>) -> Option<Waker> {
        // SAFETY: step 1 of the proof: no other context reads or writes the cell meanwhile.
        self.cell(cell)
            .with_mut(|waker| unsafe { core::mem::replace(&mut *waker, new) })
    }

    pub(in crate::wait::task) fn is_taken(&self) -> bool {
        self.bits.load(Relaxed) & TAKEN != 0
    }
}

fn is_called_again(bits: u8) -> bool {
    bits & (REGISTERED | AGAIN) == REGISTERED | AGAIN
}

/// `bits` of a reader of the task's waker.
fn begin_to_read(bits: u8) -> u8 {
    let place = if bits & SECOND == 0 { 0 } else { READS_SECOND };
    bits & !(READS_SECOND | AGAIN) | WAKING | place
}

/// The wait that has set `BUSY`; a waker that panics clears it, too.
struct Busy<'a>(&'a Slot);

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        ChangeInteger::fetch_and(&self.0.bits, !BUSY, AcqRel);
    }
}

/// The context that has set `WAKING`.
struct Reader<'a> {
    slot: &'a Slot,
    next: Next,
}

#[derive(Clone, Copy)]
enum Next {
    Call(usize),
    EndReading(usize),
    Nothing,
}

impl Reader<'_> {
    fn run(&mut self) {
        while self.step() {}
    }

    /// Notes the next step before it runs foreign code: a panic skips the waker that panicked, and no more.
    fn step(&mut self) -> bool {
        match self.next {
            Next::Call(cell) => {
                self.next = Next::EndReading(cell);
                self.slot.read(cell, Waker::wake_by_ref);
            }
            Next::EndReading(cell) => {
                let (next, old) = self.slot.end_reading(cell);
                self.next = next.map_or(Next::Nothing, Next::Call);
                drop(old);
            }
            Next::Nothing => return false,
        }
        true
    }
}

impl Drop for Reader<'_> {
    fn drop(&mut self) {
        // A step is left only where one has panicked.
        while UNWINDS && !matches!(self.next, Next::Nothing) {
            contained(|| {
                self.step();
            });
        }
    }
}

#[cfg(test)]
mod tests;
