//! Stages side by side, with the output of each in one piece.
//!
//! ```text
//! lane 1 ──▶ fmt ──▶ clippy ──▶ host ──▶ …      a lane runs its stages one after the other,
//! lane 2 ──▶ models ─────▶ firmware ──▶ …        then the next stage of the rest that has not begun
//!                │
//!                ▼
//!            InOrder ──▶ standard output        a stage's output is held until all before it in the list have ended
//! ```

use core::{
    iter::from_fn,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    time::Duration,
};
use std::{
    io::{self, Write},
    sync::mpsc::channel,
    thread,
    time::Instant,
};

/// The result of a stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    Passed,
    /// With the reason.
    Skipped(String),
    /// With the reason.
    Failed(String),
}

/// A stage that has ended.
#[derive(Debug)]
pub(super) struct Ended {
    /// Its place in the list.
    pub(super) stage: usize,
    pub(super) outcome: Outcome,
    pub(super) time: Duration,
}

enum Message {
    Begun,
    Printed(Vec<u8>),
    Ended(Outcome, Duration),
}

/// Takes the output of a stage.
pub(super) type Print<'a> = &'a mut dyn FnMut(&[u8]);

/// The stages of each lane, and the rest: the lane that has ended takes the next one.
#[derive(Debug, Default)]
pub(super) struct Lanes {
    pub(super) lanes: Vec<Vec<usize>>,
    pub(super) rest: Vec<usize>,
}

/// Runs the stages of all lanes; a stage is its place in the list of `names`. The first failure calls `stop`, if there is
/// one, and then no stage begins. Returns the stages that have ended by themselves, in the order of the list.
///
/// If `out` fails, as a closed pipe does, no stage begins either.
pub(super) fn run(
    Lanes { lanes, rest }: &Lanes,
    names: &[&str],
    stop: Option<fn()>,
    run: impl Fn(usize, Print<'_>) -> Outcome + Sync,
    out: &mut impl Write,
) -> io::Result<Vec<Ended>> {
    let (sender, messages) = channel();
    let stopped = AtomicBool::new(false);
    let next = AtomicUsize::new(0);
    let mut ended = Vec::new();
    thread::scope(|threads| {
        for lane in lanes {
            let (sender, stopped, next, run) = (sender.clone(), &stopped, &next, &run);
            threads.spawn(move || {
                let rest = from_fn(|| rest.get(next.fetch_add(1, Relaxed)));
                for &stage in lane.iter().chain(rest) {
                    if stopped.load(Relaxed) {
                        break;
                    }
                    // The receiver is gone only after an error of the output.
                    let send = |message| drop(sender.send((stage, message)));
                    send(Message::Begun);
                    let start = Instant::now();
                    let outcome = run(stage, &mut |bytes| send(Message::Printed(bytes.to_vec())));
                    if let (Outcome::Failed(_), Some(stop)) = (&outcome, stop) {
                        if stopped.swap(true, Relaxed) {
                            break;
                        }
                        stop();
                    }
                    send(Message::Ended(outcome, start.elapsed()));
                }
            });
        }
        drop(sender);
        let stages = lanes.iter().flatten().chain(rest).copied();
        let mut output = InOrder::new(stages, out);
        let print = |(stage, message): (usize, Message)| {
            match message {
                Message::Begun => output.note(stage, &format!("{} begins", names[stage]))?,
                Message::Printed(bytes) => output.print(stage, &bytes)?,
                Message::Ended(outcome, time) => {
                    output.note(stage, &format!("{} has ended", names[stage]))?;
                    output.end(stage)?;
                    ended.push(Ended {
                        stage,
                        outcome,
                        time,
                    });
                }
            }
            Ok(())
        };
        let printed = messages.into_iter().try_for_each(print);
        if printed.is_err() {
            stopped.store(true, Relaxed);
            stop.into_iter().for_each(|stop| stop());
        }
        printed.and_then(|()| output.end_all())
    })?;
    ended.sort_by_key(|it| it.stage);
    Ok(ended)
}

/// Writes whole lines of the first stage that has not ended, and holds those of the others.
struct InOrder<'a, W> {
    out: &'a mut W,
    /// In the order of the list: the stage, what of it is not written, and whether it has ended.
    stages: Vec<(usize, Vec<u8>, bool)>,
}

impl<'a, W: Write> InOrder<'a, W> {
    fn new(stages: impl Iterator<Item = usize>, out: &'a mut W) -> Self {
        let mut stages: Vec<_> = stages.collect();
        stages.sort_unstable();
        let stages = stages.into_iter().map(|it| (it, Vec::new(), false));
        Self {
            out,
            stages: stages.collect(),
        }
    }

    fn print(&mut self, stage: usize, bytes: &[u8]) -> io::Result<()> {
        if let Some((_, held, _)) = self.stages.iter_mut().find(|it| it.0 == stage) {
            held.extend_from_slice(bytes);
        }
        self.write()
    }

    /// Tells of a stage whose output is held.
    fn note(&mut self, stage: usize, text: &str) -> io::Result<()> {
        match self.stages.first() {
            Some((first, ..)) if *first != stage => writeln!(self.out, "== (beside it, {text})"),
            _ => Ok(()),
        }
    }

    fn end(&mut self, stage: usize) -> io::Result<()> {
        if let Some((.., is_over)) = self.stages.iter_mut().find(|it| it.0 == stage) {
            *is_over = true;
        }
        self.write()
    }

    /// The stages that did not begin have ended, too.
    fn end_all(&mut self) -> io::Result<()> {
        self.stages.iter_mut().for_each(|it| it.2 = true);
        self.write()
    }

    fn write(&mut self) -> io::Result<()> {
        while let Some((_, held, is_over)) = self.stages.first_mut() {
            let lines = held
                .iter()
                .rposition(|it| *it == b'\n')
                .map_or(0, |at| at + 1);
            let length = if *is_over { held.len() } else { lines };
            self.out.write_all(&held[..length])?;
            held.drain(..length);
            if !*is_over {
                break;
            }
            self.stages.remove(0);
        }
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Barrier, Condvar, Mutex};

    const NAMES: [&str; 4] = ["zero", "one", "two", "three"];

    fn without_rest(lanes: &[Vec<usize>]) -> Lanes {
        Lanes {
            lanes: lanes.to_vec(),
            rest: Vec::new(),
        }
    }

    /// The output, and the stages that ended.
    fn ran(
        lanes: &[Vec<usize>],
        stop: Option<fn()>,
        each: impl Fn(usize, Print<'_>) -> Outcome + Sync,
    ) -> (String, Vec<usize>) {
        let mut out = Vec::new();
        let ended = run(&without_rest(lanes), &NAMES, stop, each, &mut out).unwrap();
        let output = String::from_utf8(out).unwrap();
        (output, ended.iter().map(|it| it.stage).collect())
    }

    /// The lines that a stage printed.
    fn printed(output: &str) -> Vec<&str> {
        let lines = output.lines();
        lines.filter(|it| !it.starts_with("== (")).collect()
    }

    #[test]
    fn outputs_of_two_lanes_are_not_mixed() {
        let together = Barrier::new(2);
        let (output, ended) = ran(&[vec![0], vec![1]], None, |stage, print| {
            for half in ["half ", "a line\n"] {
                // Each writes its half at the time at which the other does.
                together.wait();
                print(format!("{stage}{half}").as_bytes());
            }
            Outcome::Passed
        });
        let expected = ["0half 0a line", "1half 1a line"];
        assert_eq!((printed(&output), ended), (expected.to_vec(), vec![0, 1]));
        assert!(output.contains("== (beside it, one begins)"), "{output}");
    }

    #[test]
    fn a_stage_waits_for_those_before_it_in_its_lane_only() {
        let later = Barrier::new(2);
        let (_, ended) = ran(&[vec![0, 3], vec![1]], None, |stage, _| {
            if stage != 0 {
                later.wait();
            }
            Outcome::Passed
        });
        assert_eq!(ended, [0, 1, 3]);
    }

    #[test]
    fn the_lane_that_has_ended_takes_the_rest() {
        let others = Barrier::new(2);
        let each = |stage, _: Print<'_>| {
            // Stage 0 ends after the last one of the rest has begun.
            if stage == 0 || stage == 3 {
                others.wait();
            }
            Outcome::Passed
        };
        let lanes = Lanes {
            lanes: vec![vec![0], vec![1]],
            rest: vec![2, 3],
        };
        let ended = run(&lanes, &NAMES, None, each, &mut Vec::new()).unwrap();
        let ended: Vec<_> = ended.iter().map(|it| it.stage).collect();
        assert_eq!(ended, [0, 1, 2, 3]);
    }

    /// A pipe whose reader is gone.
    struct Closed;

    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn no_stage_begins_after_the_output_has_failed() {
        static STOPPED: Mutex<bool> = Mutex::new(false);
        static HAS_STOPPED: Condvar = Condvar::new();
        let begun = Mutex::new(Vec::new());
        let each = |stage: usize, print: Print<'_>| {
            begun.lock().unwrap().push(stage);
            print(b"a line\n");
            let stopped = STOPPED.lock().unwrap();
            drop(HAS_STOPPED.wait_while(stopped, |it| !*it).unwrap());
            Outcome::Passed
        };
        let stop = || {
            *STOPPED.lock().unwrap() = true;
            HAS_STOPPED.notify_all();
        };
        let lanes = without_rest(&[vec![0, 1]]);
        let error = run(&lanes, &NAMES, Some(stop), each, &mut Closed).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
        assert_eq!(*begun.lock().unwrap(), [0]);
    }

    #[test]
    fn what_was_held_is_written_after_a_failure() {
        let begun = Barrier::new(2);
        let each = |stage, print: Print<'_>| {
            if stage < 2 {
                begun.wait();
            }
            print(format!("{stage}\n").as_bytes());
            Outcome::Failed("planted".into())
        };
        let lanes = [vec![0, 2], vec![1, 3]];
        static STOPPED: AtomicBool = AtomicBool::new(false);
        let (output, ended) = ran(&lanes, Some(|| STOPPED.store(true, Relaxed)), each);
        assert_eq!(printed(&output), ["0", "1"]);
        // The other one has been stopped.
        assert_eq!(ended.len(), 1);
        assert!(STOPPED.load(Relaxed));
        let (output, ended) = ran(&lanes, None, each);
        assert_eq!(printed(&output), ["0", "1", "2", "3"]);
        assert_eq!(ended, [0, 1, 2, 3]);
    }
}
