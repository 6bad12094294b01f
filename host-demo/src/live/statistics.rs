//! Average and peak while four threads work: the chapter's three words, and the library's one snapshot.
//!
//! # How a torn reading is recognized
//!
//! Each recorded time, in nanoseconds, ends in ten bits of value 1. So the last ten bits of a sum of *n*
//! times are *n*, and a reading whose count differs from these bits holds fields of different instants.
//!
//! # How it is provoked
//!
//! Between its two changes, a thread is rarely interrupted: torn readings are rare, and worse for it. Here
//! every tenth record waits at that point until main has begun and ended a reading:
//!
//! | worker | main |
//! |---|---|
//! | adds to the count | |
//! | waits for two readings | reads (begun before, perhaps) |
//! | | reads: the count with the item, the total without |
//! | adds to the total | |

use core::time::Duration;
use std::{
    io::{self, Write},
    process::ExitCode,
    time::Instant,
};

use anyhow::{Result, ensure};
use indivisible::{
    atomic::{AtomicU32, AtomicU64, Ordering::Relaxed},
    id::IdAllocator,
    progress::{MAX_TOTAL, Progress},
    stats::{Recorder, ShardedStats, Summary},
    wait::thread::{Broadcast, CurrentThread},
};

use super::{STOP, beside, ended, listen, pace::Pace, stage::Stage};

const ITEMS: usize = 100;
const WORKERS: usize = 4;
/// The time between two readings.
const READING: Duration = Duration::from_millis(500);

/// The bits of a time that count it.
const COUNT: u64 = (1 << 10) - 1;
const _: () = assert!(ITEMS as u64 <= COUNT);

/// What the threads share.
struct Job {
    items: IdAllocator<usize>,
    done: Progress,
    /// Readings so far.
    readings: Progress<Broadcast>,
    words: Words,
    pace: Pace,
}

pub(crate) fn run(pace: Pace, plain: bool) -> Result<ExitCode> {
    let stage = Stage::new(ITEMS, plain);
    stage.title("Statistics: four threads record how long each of their items took.")?;
    stage.say(
        "A reading is torn if it has the count of one instant and the total of another.\n\
         That is rare, so here every tenth record waits between count and total for main.",
    )?;
    listen()?;
    let job = Job {
        items: IdAllocator::with_limit(ITEMS),
        done: Progress::new(ITEMS),
        readings: Progress::with_unparker(MAX_TOTAL, Broadcast::new()),
        words: Words::default(),
        pace,
    };
    let mut stats = ShardedStats::<WORKERS>::new();
    let (recorders, exact) = stats.split();
    let workers = recorders.map(|recorder| || job.work(recorder));
    let mut readings = Readings::default();
    beside(workers, || job.follow(&stage, &mut readings, exact))?;
    let complete = job.done.is_complete();
    if !complete {
        // Items that were under way at the stop have ended since.
        readings.read(&stage, &job.words, exact);
    }
    stage.end(job.done.done(), &readings.lines)?;
    let Readings {
        all,
        torn,
        exact_torn,
        ..
    } = readings;
    writeln!(
        io::stdout(),
        "Of {all} readings, {torn} of the three words were torn, and {exact_torn} of ShardedStats."
    )?;
    ensure!(exact_torn == 0, "a snapshot of ShardedStats was torn");
    ended(complete)
}

impl Job {
    fn work(&self, mut exact: Recorder<'_>) {
        while !STOP.stop_requested()
            && let Ok(item) = self.items.allocate()
        {
            let begun = Instant::now();
            // From 200 to 500 ms, mixed.
            let length = 200 + item * 37 % 100 * 3;
            self.pace.work(Duration::from_millis(length as u64));
            let time = counted(begun.elapsed());
            exact.record(time);
            self.words.record(time, || {
                if item % 10 == 9 {
                    self.wait_for_readings(2);
                }
            });
            self.done.advance(1);
        }
    }

    /// Waits until main has made so many readings, or makes no more.
    fn wait_for_readings(&self, count: usize) {
        let next = self.readings.done() + count;
        let parker = CurrentThread::with_timeout(READING);
        while self.readings.done() < next && !STOP.stop_requested() {
            // Fails only where the number of waiters is limited.
            let _ = self.readings.wait_until(next, &parker);
        }
    }

    fn follow(
        &self,
        stage: &Stage,
        readings: &mut Readings,
        exact: &ShardedStats<WORKERS>,
    ) -> Result<()> {
        let parker = CurrentThread::with_timeout(self.pace.of(READING));
        loop {
            let done = self.done.done();
            readings.read(stage, &self.words, exact);
            self.readings.advance(1);
            stage.show(done, &readings.lines)?;
            if done == ITEMS || STOP.wait(&parker)?.is_some() {
                return Ok(());
            }
        }
    }
}

/// The chapter's three words.
#[derive(Default)]
struct Words {
    count: AtomicU32,
    total: AtomicU64,
    max: AtomicU32,
}

impl Words {
    fn record(&self, time: u32, between: impl FnOnce()) {
        self.count.fetch_add(1, Relaxed);
        between();
        self.total.fetch_add(time.into(), Relaxed);
        self.max.fetch_max(time, Relaxed);
    }

    /// Loads the words one after the other.
    fn read(&self) -> Reading {
        Reading {
            count: self.count.load(Relaxed).into(),
            total: self.total.load(Relaxed),
            max: self.max.load(Relaxed),
        }
    }
}

/// What one reading has found.
#[derive(Clone, Copy)]
struct Reading {
    count: u64,
    total: u64,
    max: u32,
}

impl From<Summary> for Reading {
    fn from(seen: Summary) -> Self {
        Self {
            count: seen.count,
            total: seen.total,
            max: seen.max.unwrap_or(0),
        }
    }
}

impl Reading {
    fn is_torn(self) -> bool {
        self.total & COUNT != self.count
    }

    fn average(self) -> Duration {
        Duration::from_nanos(self.total.checked_div(self.count).unwrap_or(0))
    }
}

/// `time` in nanoseconds, whose last bits count it.
fn counted(time: Duration) -> u32 {
    let nanos = u32::try_from(time.as_nanos()).unwrap_or(u32::MAX);
    nanos & !(COUNT as u32) | 1
}

/// The number of readings so far, and of those that were torn.
#[derive(Default)]
struct Readings {
    /// The last ones.
    lines: [String; 2],
    all: u32,
    torn: u32,
    exact_torn: u32,
}

impl Readings {
    /// Reads both.
    fn read(&mut self, stage: &Stage, words: &Words, exact: &ShardedStats<WORKERS>) {
        let (words, exact) = (words.read(), Reading::from(exact.snapshot()));
        self.all += 1;
        self.torn += u32::from(words.is_torn());
        self.exact_torn += u32::from(exact.is_torn());
        let all = self.all;
        let line = |name, seen: Reading, torn: u32| {
            let verdict = if seen.is_torn() {
                format!("torn, {torn} of {all} so far")
            } else {
                format!("whole, {torn} of {all} torn")
            };
            let text = format!(
                "  {name:<13}{:3} items, average {:.1?}, peak {:.1?}; {verdict}",
                seen.count,
                seen.average(),
                Duration::from_nanos(seen.max.into()),
            );
            stage.judged(&text, !seen.is_torn())
        };
        self.lines = [
            line("three words", words, self.torn),
            line("ShardedStats", exact, self.exact_torn),
        ];
    }
}

#[cfg(test)]
mod tests {
    use super::{Reading, Words, counted};
    use core::time::Duration;

    #[test]
    fn a_reading_between_the_two_changes_is_torn() {
        let words = Words::default();
        let torn = |words: &Words| words.read().is_torn();
        for nanos in [0, 1, 1023, 1024, 5_000_000_000] {
            assert!(!torn(&words));
            words.record(counted(Duration::from_nanos(nanos)), || {
                assert!(torn(&words));
            });
        }
        let whole: Reading = words.read();
        assert!(!whole.is_torn());
        assert_eq!(whole.count, 5);
    }
}
