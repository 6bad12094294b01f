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

/// Ignores the check after the registration, which the future of `wait` makes.
async fn hastily<T>(check: impl Fn() -> Option<T> + Send, wait: impl Future + Send) -> T {
    let mut wait = pin!(wait);
    poll_fn(|context| match check() {
        Some(end) => Poll::Ready(end),
        None => {
            let _ = wait.as_mut().poll(context);
            Poll::Pending
        }
    })
    .await
}

/// What a wait for the goal returns, if it is reached.
fn reached(shared: &Shared) -> Option<Reached> {
    let done = shared.done();
    (done >= GOAL).then_some(Ok(done))
}

fn prepare(
    shared: &'static mut Shared,
    hasty: &'static mut Task<Reached>,
    done: usize,
) -> &'static Shared {
    *shared = self::shared();
    shared.advance(done);
    hasty.start(hastily(|| reached(shared), shared.reached(GOAL)));
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

fn wait_hastily(
    place: Option<&'static Waiter<'static, Shared>>,
) -> impl Future<Output = Reached> + Send {
    hastily(move || reached(place?.object()), wait(place))
}

object! {
    shared_place: Shared = shared(),
    object place: Option<Waiter<'static, Shared>> = None,
    handle first: Task<Reached> = Task::new(),
    handle second: Task<Reached> = Task::new(),
    handle hasty: Task<Reached> = Task::new(),
    reset unpolled |shared_place, place, first, second, hasty| {
        let place = share(shared_place, place);
        hasty.start(wait_hastily(place));
        second.start(wait(place));
        first.start(wait(place));
    },
    reset registered |shared_place, place, first, second, hasty| {
        let place = share(shared_place, place);
        hasty.start(wait_hastily(place));
        second.start(wait(place));
        first.start(wait(place)).poll();
    },
    main fn poll(first) -> Option<Reached> { first.poll() },
    main fn poll_hastily(hasty) -> Option<Reached> { hasty.poll() } wrong for poll, caught by [advance],
    core irq(1) fn poll_the_other(second) -> Option<Reached> { second.poll() },
    irq(2) fn advance(shared_place) { shared_place.advance(1) },
    core fn advance_beside(shared_place) { shared_place.advance(1) },
    state |shared_place| shared_place.done(),
    wakes first,
    wakes second,
    wakes hasty,
}

type Signal = StopSignal<NonZero<u8>, Wakers<1>>;
type Requested = Result<NonZero<u8>, WaitError>;

object! {
    signal: Signal = Signal::with_unparker(Wakers::new()),
    handle task: Task<Requested> = Task::new(),
    handle hasty: Task<Requested> = Task::new(),
    reset |signal, task, hasty| {
        *signal = Signal::with_unparker(Wakers::new());
        let signal: &'static Signal = signal;
        task.start(signal.requested());
        hasty.start(hastily(|| signal.reason().map(Ok), signal.requested()));
    },
    main core irq(1) fn poll(task) -> Option<Requested> { task.poll() },
    main fn poll_hastily(hasty) -> Option<Requested> { hasty.poll() } wrong for poll, caught by [request_stop],
    main core irq(1, 2) fn request_stop(signal) -> bool { signal.request_stop(NonZero::<u8>::MIN).is_ok() },
    state |signal| signal.reason(),
    wakes task,
    wakes hasty,
}

type Newest = Latest<u32, Wakers<1>>;
type Seen = Result<u32, WaitError>;

object! {
    latest: Newest = Newest::with_unparker(Wakers::new()),
    handle task: Task<Seen> = Task::new(),
    handle hasty: Task<Seen> = Task::new(),
    handle writer: Option<Writer<'static, u32, Wakers<1>>> = None,
    reset |latest, task, hasty, writer| {
        *latest = Newest::with_unparker(Wakers::new());
        let (split, latest) = latest.split();
        *writer = Some(split);
        let mut reader = latest.reader();
        task.start(async move { reader.changed().await });
        let mut reader = latest.reader();
        hasty.start(hastily(|| latest.read().map(Ok), async move { reader.changed().await }));
    },
    main core irq(1) fn poll(task) -> Option<Seen> { task.poll() },
    main fn poll_hastily(hasty) -> Option<Seen> { hasty.poll() } wrong for poll, caught by [publish],
    main core irq(1) fn publish(writer) { if let Some(it) = writer { it.publish(7) } },
    wakes task,
    wakes hasty,
}
