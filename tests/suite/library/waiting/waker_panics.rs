//! Wakers that panic: the other tasks are still woken, and every slot stays usable.

use super::executor::poll;
use core::{
    mem::{self, ManuallyDrop},
    num::NonZero,
    panic::AssertUnwindSafe,
    ptr,
    sync::atomic::{
        AtomicBool, AtomicUsize,
        Ordering::{AcqRel, Relaxed},
    },
    task::{Poll, RawWaker, RawWakerVTable, Waker},
};
use indivisible::{
    once::OnceLock,
    progress::{Progress, SingleProgress},
    stop::StopSignal,
    wait::{
        WaitError,
        task::{Listeners, Wakers},
    },
};
use std::panic::{catch_unwind, resume_unwind};

const TASKS: usize = 3;

/// The waker's function that panics at its next call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Clone,
    Wake,
    Drop,
}

/// The data of a waker. It is leaked, so that the waker's pointer is a static reference.
#[derive(Default)]
struct Probe {
    woken: AtomicUsize,
    faults: [AtomicBool; 3],
}

impl Probe {
    fn new() -> &'static Self {
        Box::leak(Box::default())
    }

    fn plant(&self, fault: Fault) {
        self.faults[fault as usize].store(true, Relaxed);
    }

    fn spring_is_set(&self, fault: Fault) -> bool {
        self.faults[fault as usize].load(Relaxed)
    }

    fn spring(&self, fault: Fault) {
        if self.faults[fault as usize].swap(false, AcqRel) {
            // Without the panic hook, which would print it.
            resume_unwind(Box::new("planted"));
        }
    }

    fn woken(&self) -> usize {
        self.woken.load(Relaxed)
    }

    #[allow(
        unsafe_code,
        reason = "a waker whose clone panics is made of functions"
    )]
    fn waker(&'static self) -> Waker {
        // SAFETY: the functions use the pointer as a `Probe` reference, and a `Probe` is Sync.
        unsafe { Waker::from_raw(raw(self)) }
    }
}

fn raw(probe: &'static Probe) -> RawWaker {
    RawWaker::new(ptr::from_ref(probe).cast(), &FUNCTIONS)
}

#[allow(
    unsafe_code,
    reason = "a waker whose clone panics is made of functions"
)]
fn probe(data: *const ()) -> &'static Probe {
    // SAFETY: the pointer is from such a reference in `raw`.
    unsafe { &*data.cast() }
}

static FUNCTIONS: RawWakerVTable = RawWakerVTable::new(
    |data| {
        probe(data).spring(Fault::Clone);
        raw(probe(data))
    },
    wake,
    wake,
    |data| probe(data).spring(Fault::Drop),
);

/// By value or by reference: nothing owns the probe.
fn wake(data: *const ()) {
    probe(data).woken.fetch_add(1, Relaxed);
    probe(data).spring(Fault::Wake);
}

fn panics<R>(f: impl FnOnce() -> R) -> bool {
    catch_unwind(AssertUnwindSafe(|| {
        f();
    }))
    .is_err()
}

/// For one primitive: a new object, a wait for it, and the change that ends the wait.
macro_rules! every_fault_in_every_slot {
    ($($name:ident: $new:expr, $wait:expr, $end:expr;)*) => { $(
        #[test]
        fn $name() {
            for at in 0..TASKS {
                // A clone that panics: the poll panics, and the slot is free again.
                let object = $new;
                let probes = [(); TASKS].map(|()| Probe::new());
                let mut waits: Vec<_> = (0..TASKS).map(|_| Box::pin($wait(&object))).collect();
                for i in 0..at {
                    assert!(poll(waits[i].as_mut(), &probes[i].waker()).is_pending());
                }
                let waker = probes[at].waker();
                probes[at].plant(Fault::Clone);
                assert!(panics(|| poll(waits[at].as_mut(), &waker)));
                waits[at] = Box::pin($wait(&object));
                for i in at..TASKS {
                    assert!(poll(waits[i].as_mut(), &probes[i].waker()).is_pending());
                }

                // The same for a task that has moved.
                let moved = Probe::new();
                moved.plant(Fault::Clone);
                assert!(panics(|| poll(waits[at].as_mut(), &moved.waker())));
                waits[at] = Box::pin($wait(&object));
                assert!(poll(waits[at].as_mut(), &probes[at].waker()).is_pending());

                // A waker that panics when it is replaced, and its successor, which is then dropped.
                probes[at].plant(Fault::Drop);
                moved.plant(Fault::Drop);
                let waker = ManuallyDrop::new(moved.waker());
                assert!(panics(|| poll(waits[at].as_mut(), &waker)));
                let panicked = mem::replace(&mut waits[at], Box::pin($wait(&object)));
                // An `async` function has dropped the successor when it panicked; another future does so now.
                panics(|| drop(panicked));
                assert!(!moved.spring_is_set(Fault::Drop));
                assert!(poll(waits[at].as_mut(), &probes[at].waker()).is_pending());

                // A waker that panics when its task gives up.
                probes[at].plant(Fault::Drop);
                let given_up = waits.remove(at);
                assert!(panics(|| drop(given_up)));
                waits.insert(at, Box::pin($wait(&object)));
                assert!(poll(waits[at].as_mut(), &probes[at].waker()).is_pending());

                // No slot was lost, and none is still taken.
                let refused = poll(Box::pin($wait(&object)).as_mut(), Waker::noop());
                assert!(matches!(refused, Poll::Ready(Err(WaitError::TooManyWaiters))));

                // A waker that panics when it is woken.
                probes[at].plant(Fault::Wake);
                assert!(panics(|| $end(&object)));
                assert_eq!(probes.map(Probe::woken), [1; TASKS], "in slot {at}");
            }

            // All of them panic: all are called, and one panic propagates.
            let object = $new;
            let probes = [(); TASKS].map(|()| Probe::new());
            let mut waits: Vec<_> = (0..TASKS).map(|_| Box::pin($wait(&object))).collect();
            for i in 0..TASKS {
                assert!(poll(waits[i].as_mut(), &probes[i].waker()).is_pending());
                probes[i].plant(Fault::Wake);
            }
            assert!(panics(|| $end(&object)));
            assert_eq!(probes.map(Probe::woken), [1; TASKS]);
        }
    )* };
}

type Stop = StopSignal<NonZero<u8>, Wakers<TASKS>>;
type Cell = OnceLock<u32, Wakers<TASKS>>;

every_fault_in_every_slot! {
    progress_of_many_writers:
        Progress::with_unparker(1, Wakers::<TASKS>::new()),
        Progress::completed,
        |it: &Progress<Wakers<TASKS>>| it.advance(1);
    progress_of_one_writer:
        SingleProgress::with_unparker(1, Wakers::<TASKS>::new()),
        SingleProgress::completed,
        |it: &SingleProgress<Wakers<TASKS>>| it.claim().unwrap().advance(1);
    a_stop_signal:
        Stop::with_unparker(Wakers::new()),
        Stop::requested,
        |it: &Stop| it.request_stop(NonZero::<u8>::MIN).unwrap();
    a_once_cell:
        Cell::with_unparker(Wakers::new()),
        Cell::initialized,
        |it: &Cell| it.try_set(1).unwrap();
}

/// Tasks wait in `Listeners` for two steps; the wakers of those for which `at` returns `true` panic at the first.
fn listeners_whose_wakers_panic(at: impl Fn(usize) -> bool) {
    let progress = Progress::with_unparker(2, Listeners::new());
    let probes = [(); TASKS].map(|()| Probe::new());
    let mut waits = [(); TASKS].map(|()| Box::pin(progress.completed()));
    let mut poll_all = || {
        for (wait, probe) in waits.iter_mut().zip(probes) {
            assert!(poll(wait.as_mut(), &probe.waker()).is_pending());
        }
    };
    poll_all();
    (0..TASKS)
        .filter(|i| at(*i))
        .for_each(|i| probes[i].plant(Fault::Wake));
    assert!(panics(|| progress.advance(1)));
    assert_eq!(probes.map(Probe::woken), [1; TASKS]);
    // Each of them still waits.
    poll_all();
    progress.advance(1);
    assert_eq!(probes.map(Probe::woken), [2; TASKS]);
}

#[test]
fn every_listener_is_woken() {
    (0..TASKS).for_each(|it| listeners_whose_wakers_panic(|i| i == it));
    listeners_whose_wakers_panic(|_| true);
}

/// A waker whose clone panics, whose drop panics where another one replaces it, and where its task gives up.
#[test]
fn a_listener_whose_waker_panics_leaves_the_list() {
    let progress = Progress::with_unparker(1, Listeners::new());
    let [panicking, moved, other] = [(); 3].map(|()| Probe::new());
    let mut kept = Box::pin(progress.completed());
    assert!(poll(kept.as_mut(), &other.waker()).is_pending());
    let mut wait = Box::pin(progress.completed());
    let waker = panicking.waker();
    panicking.plant(Fault::Clone);
    assert!(panics(|| poll(wait.as_mut(), &waker)));
    assert!(poll(wait.as_mut(), &waker).is_pending());
    panicking.plant(Fault::Drop);
    assert!(panics(|| poll(wait.as_mut(), &moved.waker())));
    assert!(poll(wait.as_mut(), &moved.waker()).is_pending());
    moved.plant(Fault::Drop);
    assert!(panics(|| drop(wait)));
    progress.advance(1);
    assert_eq!([panicking, moved, other].map(Probe::woken), [0, 0, 1]);
}

/// The panic of the initializer propagates.
#[test]
fn an_initializer_that_panics_wakes_tasks_whose_wakers_panic() {
    let cell = Cell::with_unparker(Wakers::new());
    let probes = [(); TASKS].map(|()| Probe::new());
    let mut waits: Vec<_> = probes
        .iter()
        .map(|_| Box::pin(cell.initialized()))
        .collect();
    for (wait, probe) in waits.iter_mut().zip(probes) {
        assert!(poll(wait.as_mut(), &probe.waker()).is_pending());
        probe.plant(Fault::Wake);
    }
    let failed = catch_unwind(AssertUnwindSafe(|| {
        cell.try_get_or_init(|| resume_unwind(Box::new("initialiser")))
    }));
    assert_eq!(failed.unwrap_err().downcast_ref(), Some(&"initialiser"));
    assert_eq!(probes.map(Probe::woken), [1; TASKS]);
    assert_eq!(cell.try_get_or_init(|| 3), Ok(&3));
}
