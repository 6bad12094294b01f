//! The chapter's ID allocation: a counter whose limit is checked after the addition, and the library's.
//!
//! The counter has 8 bits and the limit is 100, so that its end is reached within seconds. A refused call
//! has added, too: after 256 calls the counter is 0 again, and hands out what has an owner. This needs no
//! unlucky interleaving; with 32 bits it takes four thousand million calls.

use core::{fmt, num::NonZero, time::Duration};
use std::{
    process::ExitCode,
    sync::mpsc::{Receiver, Sender, channel},
};

use anyhow::{Result, ensure};
use indivisible::{
    atomic::{AtomicU8, Ordering::Relaxed},
    id::IdAllocator,
    race::{AlreadySetError, OnceWord},
};

use super::{STOP, beside, ended, listen, pace::Pace, stage::Stage};

const LIMIT: u8 = 100;
/// Until the counter has been once around, and has handed out some IDs again.
const CALLS: u16 = 256 + 8;
const CALL: Duration = Duration::from_millis(120);

/// The call that got an ID.
#[derive(Clone, Copy)]
struct Owner {
    thread: u16,
    call: u16,
}

impl Owner {
    /// Both numbers in a word. Threads are counted from 1, so it is not 0.
    fn word(self) -> NonZero<u32> {
        NonZero::new(u32::from(self.thread) << 16 | u32::from(self.call))
            .unwrap_or(NonZero::<u32>::MIN)
    }

    fn of_word(word: NonZero<u32>) -> Self {
        Self {
            thread: (word.get() >> 16) as u16,
            call: word.get() as u16,
        }
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "thread {} in call {}", self.thread, self.call)
    }
}

/// What the threads share.
struct Job {
    /// The numbers of the calls.
    calls: IdAllocator<NonZero<u16>>,
    next: AtomicU8,
    ids: IdAllocator<u8>,
    owners_of_wrong: Owners,
    owners_of_right: Owners,
    pace: Pace,
}

pub(crate) fn run(pace: Pace, plain: bool) -> Result<ExitCode> {
    let stage = Stage::new(CALLS.into(), plain);
    stage.title("IDs: four threads ask for IDs below 100, from a counter of 8 bits.")?;
    stage.say(
        "One allocator adds and then checks the limit, so its counter goes on, and wraps\n\
         around. IdAllocator stays at the limit.",
    )?;
    listen()?;
    let job = Job {
        calls: IdAllocator::with_limit(CALLS),
        next: AtomicU8::new(0),
        ids: IdAllocator::with_limit(LIMIT),
        owners_of_wrong: Owners::default(),
        owners_of_right: Owners::default(),
        pace,
    };
    let (calls, called) = channel();
    let workers = [1, 2, 3, 4].map(|thread| {
        let (job, calls) = (&job, calls.clone());
        move || job.work(thread, &calls)
    });
    drop(calls);
    let mut shown = Shown::default();
    beside(workers, || shown.follow(&stage, &called))?;
    stage.end(shown.done, &shown.lines())?;
    let Shown { done, right, .. } = shown;
    ensure!(right.twice == 0, "IdAllocator has handed out an ID twice");
    ended(done == usize::from(CALLS))
}

impl Job {
    /// Asks both allocators until all calls are made, or a stop is requested.
    fn work(&self, thread: u16, calls: &Sender<Call>) {
        while !STOP.stop_requested()
            && let Ok(call) = self.calls.allocate()
        {
            self.pace.work(CALL);
            let me = Owner {
                thread,
                call: call.get(),
            };
            let call = Call {
                me,
                wrong: self.owners_of_wrong.of(self.add_and_check(), me),
                right: self.owners_of_right.of(self.ids.allocate().ok(), me),
            };
            // Main has failed if it does not receive any more; it stops the workers then.
            let _ = calls.send(call);
        }
    }

    /// Wrong: a call that is refused has added all the same.
    fn add_and_check(&self) -> Option<u8> {
        let id = self.next.fetch_add(1, Relaxed);
        (id < LIMIT).then_some(id)
    }
}

/// The owner of each ID, as a word.
struct Owners([OnceWord<NonZero<u32>>; 256]);

impl Default for Owners {
    fn default() -> Self {
        Self([const { OnceWord::new() }; 256])
    }
}

impl Owners {
    /// Makes `me` the owner of the ID, unless it has one.
    fn of(&self, id: Option<u8>, me: Owner) -> Answer {
        let Some(id) = id else {
            return Answer::Refused;
        };
        match self.0[usize::from(id)].set(me.word()) {
            Ok(()) => Answer::Id,
            Err(AlreadySetError { current }) => Answer::Twice {
                id,
                owner: Owner::of_word(current),
            },
        }
    }
}

/// What a call got from both allocators.
struct Call {
    me: Owner,
    wrong: Answer,
    right: Answer,
}

enum Answer {
    Refused,
    /// An ID without an owner so far.
    Id,
    /// An ID that has an owner.
    Twice {
        id: u8,
        owner: Owner,
    },
}

/// What an allocator has answered so far.
#[derive(Default)]
struct Answers {
    ids: u32,
    refused: u32,
    twice: u32,
}

impl Answers {
    fn count(&mut self, answer: &Answer) {
        match answer {
            Answer::Refused => self.refused += 1,
            Answer::Id => self.ids += 1,
            Answer::Twice { .. } => {
                self.ids += 1;
                self.twice += 1;
            }
        }
    }

    fn line(&self, name: &str) -> String {
        let Self {
            ids,
            refused,
            twice,
        } = self;
        format!("  {name:<18}{ids:3} IDs handed out, {refused:3} calls refused, {twice} IDs twice")
    }
}

/// Main's account.
#[derive(Default)]
struct Shown {
    done: usize,
    wrong: Answers,
    right: Answers,
}

impl Shown {
    /// On a pipe, main prints a report for so many calls.
    const REPORT: usize = 33;

    /// Shows each call, until the workers have ended.
    fn follow(&mut self, stage: &Stage, calls: &Receiver<Call>) -> Result<()> {
        stage.show(self.done, &self.lines())?;
        for Call { me, wrong, right } in calls {
            self.done += 1;
            self.wrong.count(&wrong);
            self.right.count(&right);
            for (name, answer) in [("add, then check", wrong), ("IdAllocator", right)] {
                if let Answer::Twice { id, owner } = answer {
                    let text = format!("{name}: ID {id} to {owner}, and to {me}");
                    stage.say(stage.judged(&text, false))?;
                }
            }
            if stage.is_screen() || self.done.is_multiple_of(Self::REPORT) {
                stage.show(self.done, &self.lines())?;
            }
        }
        Ok(())
    }

    fn lines(&self) -> [String; 2] {
        [
            self.wrong.line("add, then check"),
            self.right.line("IdAllocator"),
        ]
    }
}
