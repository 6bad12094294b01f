//! The actors of an execution, and the hooks that the library calls before each access.
//!
//! The explorer's stack resumes one actor; the actor runs up to its next access and suspends itself there
//! with a condition; the explorer chooses among the actors whose condition holds. All of it runs in one
//! thread, so the explorer and the actor communicate through a thread-local.

#![allow(
    unsafe_code,
    reason = "actors are suspended from inside the library, through a pointer"
)]

use super::Schedule;
use core::{any::Any, cell::RefCell, panic::AssertUnwindSafe, ptr::NonNull};
use corosensei::{Coroutine, CoroutineResult, Yielder, stack::DefaultStack};
use std::panic::catch_unwind;

const STACK: usize = 64 * 1024;

/// The condition under which an actor can continue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Need {
    Nothing,
    /// No other actor is in a section.
    Section,
    /// The actor has been woken.
    Token,
}

#[derive(Clone, Copy, Debug)]
struct Actor {
    need: Need,
    /// Woken, and has not slept since.
    token: bool,
    /// The instant of the first access of its current call.
    first_access: Option<u32>,
    /// Suspends the actor; set while its body runs.
    yielder: Option<NonNull<Yielder<(), ()>>>,
}

impl Actor {
    const NEW: Self = Self {
        need: Need::Nothing,
        token: false,
        first_access: None,
        yielder: None,
    };
}

/// State that the explorer and the running actor share.
#[derive(Debug, Default)]
struct Shared {
    actors: Vec<Actor>,
    /// The running actor; none while the explorer makes or inspects the state.
    running: Option<usize>,
    /// The number of accesses so far.
    now: u32,
    /// The actor in a section, and its depth.
    section: Option<(usize, u32)>,
    schedule: Schedule,
    /// The number of weak exchanges that may still fail.
    spurious: u32,
}

std::thread_local! {
    static SHARED: RefCell<Shared> = RefCell::new(Shared::default());
}

fn shared<R>(f: impl FnOnce(&mut Shared) -> R) -> R {
    SHARED.with_borrow_mut(f)
}

/// Suspends the running actor, with its condition, until it is chosen; its access is then the next.
fn suspend(need: Need) {
    let yielder = shared(|it| {
        let me = it.running?;
        it.actors[me].need = need;
        it.actors[me].yielder
    });
    if let Some(yielder) = yielder {
        // SAFETY: the pointer is the running actor's, valid while its body runs, and it runs now.
        unsafe { yielder.as_ref() }.suspend(());
        shared(|it| {
            it.now += 1;
            let now = it.now;
            if let Some(me) = it.running {
                it.actors[me].need = Need::Nothing;
                it.actors[me].first_access.get_or_insert(now);
            }
        });
    }
}

/// Called before each access of the library.
#[unsafe(no_mangle)]
extern "Rust" fn indivisible_explore_access() {
    suspend(Need::Nothing);
}

#[unsafe(no_mangle)]
extern "Rust" fn indivisible_explore_fails_spuriously() -> bool {
    shared(|it| {
        let fails = it.running.is_some() && it.spurious > 0 && it.schedule.choose(2) == 1;
        it.spurious -= u32::from(fails);
        fails
    })
}

#[unsafe(no_mangle)]
extern "Rust" fn indivisible_explore_enter() {
    let nested = shared(|it| match (&mut it.section, it.running) {
        (Some((owner, depth)), Some(me)) if *owner == me => {
            *depth += 1;
            true
        }
        (_, running) => running.is_none(),
    });
    if !nested {
        suspend(Need::Section);
        shared(|it| it.section = it.running.map(|me| (me, 1)));
    }
}

#[unsafe(no_mangle)]
extern "Rust" fn indivisible_explore_leave() {
    shared(|it| {
        it.section = it
            .section
            .and_then(|(owner, depth)| (depth > 1).then_some((owner, depth - 1)));
    });
}

/// Sleeps until another actor wakes this one; returns at once if that has happened already.
pub(super) fn doze() {
    suspend(Need::Token);
    shared(|it| {
        if let Some(me) = it.running {
            it.actors[me].token = false;
        }
    });
}

/// Wakes an actor.
pub(super) fn wake(actor: usize) {
    suspend(Need::Nothing);
    shared(|it| it.actors[actor].token = true);
}

/// The running actor.
pub(super) fn me() -> usize {
    shared(|it| it.running).expect("only actors sleep")
}

pub(super) fn begin_call() {
    shared(|it| {
        if let Some(me) = it.running {
            it.actors[me].first_access = None;
        }
    });
}

/// The instants of the call's first and last access.
pub(super) fn end_call() -> (u32, u32) {
    shared(|it| {
        let first = it.running.and_then(|me| it.actors[me].first_access);
        (first.unwrap_or(it.now), it.now)
    })
}

/// The end of an execution.
#[derive(Debug)]
pub(super) enum End {
    /// Every actor has ended.
    All,
    /// No actor can continue.
    Asleep,
    /// An actor has panicked, with this message.
    Panicked(String),
}

/// Stacks for reuse.
pub(super) struct World {
    stacks: Vec<DefaultStack>,
}

impl World {
    pub(super) fn new(actors: usize) -> Self {
        Self {
            stacks: Vec::with_capacity(actors),
        }
    }

    /// Runs the actors to their end, with the choices of `schedule`.
    pub(super) fn run(
        &mut self,
        bodies: impl Iterator<Item = impl FnOnce() + 'static>,
        schedule: &mut Schedule,
        preemptions: Option<u32>,
        spurious: u32,
    ) -> End {
        let mut actors: Vec<_> = bodies
            .enumerate()
            .map(|(i, body)| Some(self.coroutine(i, body)))
            .collect();
        shared(|it| {
            *it = Shared {
                actors: vec![Actor::NEW; actors.len()],
                schedule: core::mem::take(schedule),
                spurious,
                ..Shared::default()
            };
        });
        let end = self.run_all(&mut actors, preemptions);
        shared(|it| {
            it.running = None;
            *schedule = core::mem::take(&mut it.schedule);
        });
        // Actors that have not ended are unwound, without being suspended again.
        drop(actors);
        end
    }

    fn run_all(&mut self, actors: &mut [Option<Fiber>], mut preemptions: Option<u32>) -> End {
        let mut last = None;
        // Up to the first access of each: no actor can observe their order.
        for (i, actor) in actors.iter_mut().enumerate() {
            if let Err(message) = self.resume(i, actor) {
                return End::Panicked(message);
            }
        }
        loop {
            let (mut ready, all_ended) = (ready(actors), actors.iter().all(Option::is_none));
            if ready.is_empty() {
                return if all_ended { End::All } else { End::Asleep };
            }
            let goes_on = last.and_then(|last| ready.iter().position(|i| *i == last));
            if let Some(place) = goes_on {
                ready.swap(0, place);
            }
            // Without a preemption left, the last actor continues if it can.
            let choices = match (goes_on, preemptions) {
                (Some(_), Some(0)) => 1,
                _ => ready.len(),
            };
            let choice = shared(|it| it.schedule.choose(choices));
            if goes_on.is_some() && choice > 0 {
                preemptions = preemptions.map(|left| left - 1);
            }
            let next = ready[choice];
            last = Some(next);
            if let Err(message) = self.resume(next, &mut actors[next]) {
                return End::Panicked(message);
            }
        }
    }

    fn coroutine(&mut self, i: usize, body: impl FnOnce() + 'static) -> Fiber {
        let stack = self
            .stacks
            .pop()
            .unwrap_or_else(|| DefaultStack::new(STACK).expect("memory for a stack"));
        Coroutine::with_stack(stack, move |yielder, ()| {
            shared(|it| it.actors[i].yielder = Some(NonNull::from(yielder)));
            body();
            shared(|it| it.actors[i].yielder = None);
        })
    }

    /// Runs the actor up to its next access, or its end.
    fn resume(&mut self, i: usize, actor: &mut Option<Fiber>) -> Result<(), String> {
        let Some(fiber) = actor else {
            return Ok(());
        };
        shared(|it| it.running = Some(i));
        let resumed = catch_unwind(AssertUnwindSafe(|| fiber.resume(())));
        shared(|it| it.running = None);
        match resumed {
            Ok(CoroutineResult::Yield(())) => Ok(()),
            Ok(CoroutineResult::Return(())) => {
                self.stacks.extend(actor.take().map(Fiber::into_stack));
                Ok(())
            }
            Err(panic) => {
                *actor = None;
                Err(message(panic.as_ref()))
            }
        }
    }
}

type Fiber = Coroutine<(), (), (), DefaultStack>;

/// The actors that have not ended and whose condition holds.
fn ready(actors: &[Option<Fiber>]) -> Vec<usize> {
    shared(|it| {
        let may = |i: &usize| match it.actors[*i].need {
            Need::Nothing => true,
            Need::Section => it.section.is_none(),
            Need::Token => it.actors[*i].token,
        };
        (0..actors.len())
            .filter(|i| actors[*i].is_some())
            .filter(may)
            .collect()
    })
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("an actor panicked").to_owned()
}
