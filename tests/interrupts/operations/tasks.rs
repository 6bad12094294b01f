//! Tasks that wait in `Wakers`: polled in one context while others wake them.

use core::{
    future::{Future, poll_fn},
    num::NonZero,
    pin::pin,
    task::Poll,
};
use indivisible::{
    latest::{Latest, Writer},
    progress::Progress,
    stop::StopSignal,
    wait::{
        WaitError,
        task::{Waiter, Wakers},
    },
};
use interloper_table::{Task, object};

type Shared = Progress<Wakers<1>>;
type Reached = Result<usize, WaitError>;

const GOAL: usize = 2;

const fn shared() -> Shared {
    Shared::with_unparker(GOAL + 1, Wakers::new())
}

/// Registers in a wait for the step after, and so checks its own goal only before that.
async fn reached_hastily(shared: &Shared) -> Reached {
    let mut later = pin!(shared.reached(GOAL + 1));
    poll_fn(|context| match shared.done() {
        done if done >= GOAL => Poll::Ready(Ok(done)),
        _ => later.as_mut().poll(context),
    })
    .await
}

fn prepare(
    shared: &'static mut Shared,
    hasty: &'static mut Task<Reached>,
    done: usize,
) -> &'static Shared {
    *shared = self::shared();
    shared.advance(done);
    hasty.start(reached_hastily(shared));
    shared
}

// One task, which the last step and the one before wake.
object! {
    awaited: Shared = shared(),
    handle task: Task<Reached> = Task::new(),
    handle hasty: Task<Reached> = Task::new(),
    reset far |awaited, task, hasty| task.start(prepare(awaited, hasty, 0).reached(GOAL)),
    reset near |awaited, task, hasty| task.start(prepare(awaited, hasty, 1).reached(GOAL)),
    reset registered |awaited, task, hasty| task.start(prepare(awaited, hasty, 1).reached(GOAL)).poll(),
    main core irq(1) fn poll(task) -> Option<Reached> { task.poll() },
    main fn poll_hastily(hasty) -> Option<Reached> { hasty.poll() } wrong for poll, caught by [advance],
    main core irq(1, 2) fn advance(awaited) { awaited.advance(1) },
    state |awaited| awaited.done(),
    wakes task,
    wakes hasty,
}

/// A place for two waits, whose goal is one step away.
fn share(
    shared: &'static mut Shared,
    place: &'static mut Option<Waiter<'static, Shared>>,
) -> Option<&'static Waiter<'static, Shared>> {
    *shared = self::shared();
    shared.advance(GOAL - 1);
    *place = shared.waiter().ok();
    place.as_ref()
}

fn wait(
    place: Option<&'static Waiter<'static, Shared>>,
) -> impl Future<Output = Reached> + Send {
    let wait = place.map(|it| it.reached(GOAL));
    async move {
        match wait {
            Some(wait) => wait.await,
            None => Err(WaitError::TooManyWaiters),
        }
    }
}

object! {
    shared_place: Shared = shared(),
    object place: Option<Waiter<'static, Shared>> = None,
    handle first: Task<Reached> = Task::new(),
    handle second: Task<Reached> = Task::new(),
    reset unpolled |shared_place, place, first, second| {
        let place = share(shared_place, place);
        second.start(wait(place));
        first.start(wait(place));
    },
    reset registered |shared_place, place, first, second| {
        let place = share(shared_place, place);
        second.start(wait(place));
        first.start(wait(place)).poll();
    },
    main fn poll(first) -> Option<Reached> { first.poll() },
    core irq(1) fn poll_the_other(second) -> Option<Reached> { second.poll() },
    irq(2) fn advance(shared_place) { shared_place.advance(1) },
    core fn advance_beside(shared_place) { shared_place.advance(1) },
    state |shared_place| shared_place.done(),
    wakes first,
    wakes second,
}

type Signal = StopSignal<NonZero<u8>, Wakers<1>>;
type Requested = Result<NonZero<u8>, WaitError>;

object! {
    signal: Signal = Signal::with_unparker(Wakers::new()),
    handle task: Task<Requested> = Task::new(),
    reset |signal, task| {
        *signal = Signal::with_unparker(Wakers::new());
        let signal: &'static Signal = signal;
        task.start(signal.requested());
    },
    main core irq(1) fn poll(task) -> Option<Requested> { task.poll() },
    main core irq(1, 2) fn request_stop(signal) -> bool { signal.request_stop(NonZero::<u8>::MIN).is_ok() },
    state |signal| signal.reason(),
    wakes task,
}

type Newest = Latest<u32, Wakers<1>>;
type Seen = Result<u32, WaitError>;

object! {
    latest: Newest = Newest::with_unparker(Wakers::new()),
    handle task: Task<Seen> = Task::new(),
    handle writer: Option<Writer<'static, u32, Wakers<1>>> = None,
    reset |latest, task, writer| {
        *latest = Newest::with_unparker(Wakers::new());
        let (split, latest) = latest.split();
        *writer = Some(split);
        let mut reader = latest.reader();
        task.start(async move { reader.changed().await });
    },
    main core irq(1) fn poll(task) -> Option<Seen> { task.poll() },
    main core irq(1) fn publish(writer) { if let Some(it) = writer { it.publish(7) } },
    wakes task,
}
