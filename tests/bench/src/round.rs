//! One timed round of one side.

use core::{
    hint::spin_loop,
    sync::atomic::{
        AtomicUsize,
        Ordering::{AcqRel, Acquire},
    },
};
use std::{
    panic::resume_unwind,
    thread::{self, scope, yield_now},
    time::Instant,
};

use anyhow::{Context, Result};

use crate::{
    machine::{cores, cpu_time, interruptions, pin},
    side::{Done, Run, Side, Workload, all_different},
};

/// What a round took.
#[derive(Debug, Clone, Copy)]
pub struct Timing {
    /// From the first start to the last end, in nanoseconds for each operation of one thread.
    pub wall: f64,
    /// Core time of all measured threads, in nanoseconds for each operation of all.
    pub cpu: f64,
    /// Whether a thread lost its core to somebody else, though each could have had one.
    pub disturbed: bool,
}

/// What one thread says of its part.
struct Span {
    start: u64,
    end: u64,
    cpu: i64,
    disturbed: bool,
    result: u64,
}

/// Where all threads start at once.
struct Meeting {
    threads: usize,
    arrived: AtomicUsize,
}

impl Meeting {
    fn attend(&self) {
        self.arrived.fetch_add(1, AcqRel);
        while self.arrived.load(Acquire) < self.threads {
            if self.threads > cores().len() {
                yield_now();
            } else {
                spin_loop();
            }
        }
    }
}

/// Runs so many operations on each of the threads, and fails unless they were done.
///
/// Each thread warms up with an object of its own kind that is not the timed one.
pub fn round(side: &Side, threads: usize, ops: u64) -> Result<Timing> {
    let (warm, timed) = (side.make(threads), side.make(threads));
    let (warm, timed) = (&*warm, &*timed);
    let meeting = Meeting {
        threads,
        arrived: AtomicUsize::new(0),
    };
    let (warmed, finished) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let base = Instant::now();
    let now = || base.elapsed().as_nanos() as u64;
    let spans = on_threads(threads, |thread| {
        let run = |ops, finished| Run {
            thread,
            threads,
            ops,
            finished,
        };
        let finish = |finished: &AtomicUsize| {
            if side.measures(thread, threads) {
                finished.fetch_add(1, AcqRel);
            }
        };
        warm.work(&run(ops / 16 + 1, &warmed));
        finish(&warmed);
        meeting.attend();
        let (lost, cpu, start) = (interruptions(), cpu_time(), now());
        let result = timed.work(&run(ops, &finished));
        let (end, cpu, lost) = (now(), cpu_time() - cpu, interruptions() - lost);
        finish(&finished);
        Span {
            start,
            end,
            cpu,
            disturbed: lost > 0 && threads <= cores().len(),
            result,
        }
    });
    check(timed, ops, &spans).with_context(|| format!("{}, {threads} threads", side.name))?;
    Ok(timing(side, ops, &spans))
}

fn check(object: &dyn Workload, ops: u64, spans: &[Span]) -> Result<()> {
    object.check(&Done {
        ops,
        results: spans.iter().map(|span| span.result).collect(),
    })
}

fn timing(side: &Side, ops: u64, spans: &[Span]) -> Timing {
    let measured: Vec<_> = spans
        .iter()
        .enumerate()
        .filter(|(thread, _)| side.measures(*thread, spans.len()))
        .map(|(_, span)| span)
        .collect();
    let start = measured.iter().map(|span| span.start).min().unwrap_or(0);
    let end = measured.iter().map(|span| span.end).max().unwrap_or(0);
    let cpu: i64 = measured.iter().map(|span| span.cpu).sum();
    Timing {
        wall: (end - start) as f64 / ops as f64,
        cpu: cpu as f64 / (ops * measured.len() as u64) as f64,
        disturbed: spans.iter().any(|span| span.disturbed),
    }
}

/// Where the side draws numbers: whether no two threads draw the same.
pub fn rehearse(side: &Side, threads: usize, ops: u64) -> Result<()> {
    let object = side.make(threads);
    let object = &*object;
    let finished = &AtomicUsize::new(0);
    let drawn = on_threads(threads, |thread| {
        object.draw(&Run {
            thread,
            threads,
            ops,
            finished,
        })
    });
    let drawn: Vec<_> = drawn.into_iter().flatten().collect();
    all_different(&drawn).with_context(|| format!("{}, {threads} threads", side.name))
}

/// Calls it on threads that are tied to a core each.
fn on_threads<R: Send>(threads: usize, call: impl Fn(usize) -> R + Sync) -> Vec<R> {
    let call = &call;
    scope(|scope| {
        let begin = |thread| {
            scope.spawn(move || {
                pin(thread);
                call(thread)
            })
        };
        let running: Vec<_> = (0..threads).map(begin).collect();
        let join =
            |it: thread::ScopedJoinHandle<'_, R>| it.join().unwrap_or_else(|it| resume_unwind(it));
        running.into_iter().map(join).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::{rehearse, round};
    use crate::{
        drawing,
        side::{Side, same},
    };
    use core::sync::atomic::{AtomicU64, Ordering::Relaxed};

    fn counter(add: fn(&AtomicU64)) -> Side {
        Side::new(
            "a counter",
            |_| AtomicU64::new(0),
            move |count, run| {
                run.repeat(|_| {
                    add(count);
                    0
                })
            },
            |count, done| same("count", count.load(Relaxed), done.total()),
        )
    }

    #[test]
    fn a_counter_that_loses_an_addition_is_found() {
        let right = counter(|count| {
            count.fetch_add(1, Relaxed);
        });
        let wrong = counter(|count| {
            let old = count.load(Relaxed);
            // Every hundredth is lost, whatever the threads do.
            count.store(old + u64::from(old % 100 != 99), Relaxed);
        });
        assert!(round(&right, 2, 1000).is_ok());
        assert!(
            round(&wrong, 1, 1000)
                .unwrap_err()
                .to_string()
                .contains("a counter")
        );
    }

    #[test]
    fn a_number_that_two_threads_draw_is_found() {
        let right = drawing! {
            "shared", |_| AtomicU64::new(0), |ids: AtomicU64| _s = (), |_| ids.fetch_add(1, Relaxed), |_, _| Ok(())
        };
        let wrong = drawing! {
            "not shared", |_| AtomicU64::new(0), |_ids: AtomicU64| mine = 0, |_| { mine += 1; mine }, |_, _| Ok(())
        };
        assert!(rehearse(&right, 2, 1000).is_ok());
        assert!(rehearse(&wrong, 2, 1000).is_err());
    }

    #[test]
    fn company_works_until_the_last_thread_is_done() {
        let side = Side::new(
            "beside",
            |_| AtomicU64::new(0),
            |count, run| {
                if run.is_company() {
                    return run.accompany(|_| count.fetch_add(1, Relaxed));
                }
                run.repeat(|_| count.load(Relaxed))
            },
            |_, done| same("threads", done.results.len(), 2),
        );
        let timing = round(&side.beside_company(), 2, 1000).unwrap();
        assert!(timing.wall > 0.0);
    }
}
