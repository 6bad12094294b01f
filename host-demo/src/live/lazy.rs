//! The chapter's key: two threads that store one each, and two that agree on the first.
//!
//! Two threads rarely call `key` for the first time at the same instant. Here a barrier makes them, in both
//! versions: each thread waits, after it has found no key, until the other has found none either.

use core::{num::NonZero, time::Duration};
use std::{
    io::{self, Write},
    process::ExitCode,
    sync::Barrier,
};

use anyhow::{Result, bail, ensure};
use indivisible::{
    atomic::{AtomicU32, Ordering::Relaxed},
    race::OnceWord,
};

use super::{STOP, beside, ended, listen, pace::Pace, stage::Stage};
use crate::key::random_key;

const ROUNDS: usize = 8;
const ROUND: Duration = Duration::from_secs(1);

type Key = NonZero<u32>;

pub(crate) fn run(pace: Pace, plain: bool) -> Result<ExitCode> {
    let stage = Stage::new(ROUNDS, plain);
    stage.title("Lazy initialization: two threads ask for a random key for the first time.")?;
    stage.say("A barrier makes both find no key, before either of them stores one.\n")?;
    stage.say("          load, then store             OnceWord")?;
    stage.say("          thread 1  thread 2           thread 1  thread 2")?;
    listen()?;
    let (mut rounds, mut two_keys) = (0, [0; 2]);
    while rounds < ROUNDS && !STOP.stop_requested() {
        stage.show(rounds, &[])?;
        pace.work(ROUND);
        rounds += 1;
        let keys = [both(&AtomicU32::new(0))?, both(&OnceWord::new())?];
        for (count, [first, second]) in two_keys.iter_mut().zip(keys) {
            *count += usize::from(first != second);
        }
        let [wrong, right] = keys.map(|[first, second]| {
            let number = if first == second { "1 key" } else { "2 keys" };
            stage.judged(
                &format!("{first:08x}  {second:08x}  {number:<6}"),
                first == second,
            )
        });
        stage.say(format_args!("round {rounds}   {wrong}   {right}"))?;
    }
    stage.end(rounds, &[])?;
    let [wrong, right] = two_keys;
    writeln!(
        io::stdout(),
        "Two keys in {wrong} of {rounds} rounds with load and store, in {right} with OnceWord."
    )?;
    ensure!(right == 0, "OnceWord has given two keys");
    ended(rounds == ROUNDS)
}

/// A place for a key that is made on first use.
trait Place: Sync {
    /// The key; `make` makes one where there is none.
    fn key(&self, make: impl FnOnce() -> Key) -> Key;
}

/// Wrong: another thread may store its key between the load and the store.
impl Place for AtomicU32 {
    fn key(&self, make: impl FnOnce() -> Key) -> Key {
        Key::new(self.load(Relaxed)).unwrap_or_else(|| {
            let key = make();
            self.store(key.get(), Relaxed);
            key
        })
    }
}

impl Place for OnceWord<Key> {
    fn key(&self, make: impl FnOnce() -> Key) -> Key {
        self.get_or_init(make)
    }
}

/// The keys that two threads get from the empty `place`.
fn both(place: &impl Place) -> Result<[Key; 2]> {
    let found_none = Barrier::new(2);
    let get = || {
        place.key(|| {
            found_none.wait();
            random_key()
        })
    };
    // Main is the second thread: without the first, it does not begin, and never waits for it.
    let mut second = None;
    let first = beside([get], || {
        second = Some(get());
        Ok(())
    })?;
    let ([first], Some(second)) = (&first[..], second) else {
        bail!("a thread has no key");
    };
    Ok([*first, second])
}
