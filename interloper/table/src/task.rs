//! An asynchronous operation as a party.

#![allow(
    unsafe_code,
    reason = "a future of any type in a static, and a waker without an allocator"
)]

use core::{
    cell::UnsafeCell,
    fmt,
    future::Future,
    mem::{align_of, size_of},
    pin::Pin,
    ptr,
    sync::atomic::{AtomicBool, Ordering},
    task::{Context, Poll, RawWaker, RawWakerVTable, Waker},
};

/// A future that `reset` starts and a party polls, with a waker that remembers whether it was called.
///
/// ```text
/// object! {
///     signal: Signal<u32> = Signal::new(),
///     handle task: Task<u32> = Task::new(),
///     reset  |signal, task| { task.start(async { signal.wait().await }) },
///     main   fn poll(task) -> Option<u32> { task.poll() },
///     irq(1) fn send(signal) { signal.send(7) },
///     wakes  task,
/// }
/// ```
///
/// The clause `wakes` fails a run at whose end the future is pending, its waker was not called since the last poll,
/// and another poll would be ready: a lost wake-up.
#[repr(C, align(8))]
pub struct Task<T: 'static, const BYTES: usize = 256> {
    future: UnsafeCell<[u64; 0]>,
    bytes: UnsafeCell<[u8; BYTES]>,
    poll: Option<unsafe fn(*mut u8, &mut Context<'_>) -> Poll<T>>,
    woken: AtomicBool,
    polled: bool,
}

// SAFETY: `start` takes futures that are `Send` alone.
unsafe impl<T: Send, const BYTES: usize> Send for Task<T, BYTES> {}

const VTABLE: RawWakerVTable =
    RawWakerVTable::new(|woken| RawWaker::new(woken, &VTABLE), wake, wake, |_| ());

fn wake(woken: *const ()) {
    // SAFETY: `waker` made it from a reference with the lifetime 'static.
    let woken = unsafe { &*woken.cast::<AtomicBool>() };
    // Relaxed: the host runs the parties on one core, or reads the flag after both cores have ended.
    woken.store(true, Ordering::Relaxed);
}

impl<T, const BYTES: usize> Task<T, BYTES> {
    /// A task without a future.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            future: UnsafeCell::new([]),
            bytes: UnsafeCell::new([0; BYTES]),
            poll: None,
            woken: AtomicBool::new(false),
            polled: false,
        }
    }

    /// Starts a future, and returns the task: a reset that polls it once prepares a task that is already registered.
    /// A future that was started before is forgotten, not dropped.
    ///
    /// # Panics
    ///
    /// If the future is larger than `BYTES`, or aligned to more than eight bytes.
    pub fn start<F: Future<Output = T> + Send + 'static>(
        &'static mut self,
        future: F,
    ) -> &'static mut Self {
        assert!(
            size_of::<F>() <= BYTES,
            "the future needs more than `BYTES` bytes"
        );
        assert!(align_of::<F>() <= 8, "the future needs a larger alignment");
        let place = self.bytes.get().cast::<F>();
        // SAFETY: size and alignment are checked above; `future` aligns `bytes` to eight.
        unsafe { place.write(future) };
        self.woken.store(false, Ordering::Relaxed);
        self.polled = false;
        self.poll = Some(|place, context| {
            // SAFETY: `place` is that of a live `F`; it does not move, because `start` borrows the task for ever.
            unsafe { Pin::new_unchecked(&mut *place.cast::<F>()) }.poll(context)
        });
        self
    }

    /// Polls it once; `None` while it is pending, and after it was ready.
    pub fn poll(&'static mut self) -> Option<T> {
        self.woken.store(false, Ordering::Relaxed);
        self.polled = true;
        let poll = self.poll?;
        let data = ptr::from_ref(&self.woken).cast();
        // SAFETY: the vtable casts the data back, and the flag lives for ever.
        let waker = unsafe { Waker::new(data, &VTABLE) };
        // SAFETY: `start` stored the function together with its future.
        let answer = unsafe { poll(self.bytes.get().cast(), &mut Context::from_waker(&waker)) };
        match answer {
            Poll::Ready(value) => {
                self.poll = None;
                Some(value)
            }
            Poll::Pending => None,
        }
    }

    /// Whether the waker was called after the last poll began.
    pub fn woken(&self) -> bool {
        self.woken.load(Ordering::Relaxed)
    }

    /// Whether the future is pending after a poll.
    pub fn is_pending(&self) -> bool {
        self.polled && self.poll.is_some()
    }

    /// Whether the future is pending, nothing woke it, and a poll would be ready.
    #[doc(hidden)]
    pub fn is_lost(&'static mut self) -> bool {
        self.is_pending() && !self.woken() && self.poll().is_some()
    }
}

impl<T, const BYTES: usize> Default for Task<T, BYTES> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T, const BYTES: usize> fmt::Debug for Task<T, BYTES> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Task")
            .field("pending", &self.poll.is_some())
            .finish_non_exhaustive()
    }
}
