//! Runs of `interloper`, repeated on a board.

mod text;
mod walk;

use core::{fmt, ops::AddAssign};

use anyhow::{Context, Result};
use interloper::landings::{Build, End, Firmware, Meeting, Parties, Request, Run, Table};

use crate::{board::Board, gdb::RunsOn};
use walk::Walk;

/// Where interrupts land.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// At the first instruction, in the middle, in the longest masked window, and after the end.
    Some,
    /// At each instruction, and after the end.
    All,
}

/// How closely a run is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// From the landing to the handler, to its return, to the end.
    Events,
    /// Instruction by instruction.
    Steps,
}

/// QEMU and `interloper` differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disagreement(pub(crate) String);

impl fmt::Display for Disagreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "QEMU disagrees: {}", self.0)
    }
}

impl core::error::Error for Disagreement {}

/// How many runs were repeated, and how many could not be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Runs to the end, with the same answers.
    pub agreed: usize,
    /// Runs that stop in a hang, a panic or a fault, with the same instructions up to there.
    pub stopped: usize,
    /// Runs that sleep, which QEMU's debugger cannot wake.
    pub asleep: usize,
}

impl AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.agreed += other.agreed;
        self.stopped += other.stopped;
        self.asleep += other.asleep;
    }
}

/// A firmware, and the board that repeats its runs.
#[derive(Debug)]
pub struct Referee<B: Board> {
    firmware: Firmware<B::Core>,
    target: String,
    board: Option<B>,
    /// The statics as the loader left them.
    loaded: Vec<u8>,
}

/// The landings in a main of these instructions; `usize::MAX` is the end.
#[must_use]
pub fn landings(alone: &Run, extent: Extent) -> Vec<usize> {
    let len = alone.steps.len();
    let mut landings = match extent {
        Extent::All => (0..len).collect(),
        Extent::Some => {
            let mut longest = 0..0;
            let mut start = None;
            for (at, step) in alone.steps.iter().enumerate() {
                if !step.masked.0 {
                    start = None;
                    continue;
                }
                let window = *start.get_or_insert(at)..at + 1;
                if window.len() > longest.len() {
                    longest = window;
                }
            }
            let masked = (!longest.is_empty()).then_some(longest.start + longest.len() / 2);
            [0, len / 2].into_iter().chain(masked).collect::<Vec<_>>()
        }
    };
    landings.push(usize::MAX);
    landings.sort_unstable();
    landings.dedup();
    landings
}

impl<B: Board> Referee<B> {
    /// Builds the table.
    ///
    /// # Errors
    ///
    /// If it does not build for the board's core.
    pub fn new(table: &Table, build: &Build) -> Result<Self> {
        Ok(Self {
            firmware: table.build(build)?,
            target: build.target().to_owned(),
            board: None,
            loaded: Vec::new(),
        })
    }

    /// The firmware.
    #[must_use]
    pub fn firmware(&self) -> &Firmware<B::Core> {
        &self.firmware
    }

    /// Repeats the runs of these parties.
    ///
    /// # Errors
    ///
    /// A [`Disagreement`], or that QEMU does not work.
    pub fn repeat(&mut self, parties: &Parties, extent: Extent, pace: Pace) -> Result<Count> {
        let mut count = Count::default();
        let mut prepared = Vec::new();
        for (before, run) in self.runs(parties, extent)? {
            let result = self.repeat_run(parties, before, &run, pace, &mut prepared);
            let result = result.with_context(|| at(parties, before));
            count += result?;
        }
        Ok(count)
    }

    /// What `interloper` shows for each landing; without those at which the handler is not enabled.
    ///
    /// # Errors
    ///
    /// If the parties do not meet.
    pub fn runs(&self, parties: &Parties, extent: Extent) -> Result<Vec<(usize, Run)>> {
        let mut meeting = self.firmware.meeting(parties)?;
        let alone = meeting.run(&[]).context("nothing is to be enabled")?;
        let landings = landings(&alone, extent).into_iter();
        let runs = landings.filter_map(|before| {
            let request = Request { handler: 1, before };
            Some((before, meeting.run(&[request])?))
        });
        Ok(runs.collect())
    }

    /// Repeats one run, and compares it with what `interloper` shows. `prepared` has the statics after the `reset` of
    /// these parties, if it has run.
    ///
    /// # Errors
    ///
    /// As for [`repeat`](Self::repeat).
    pub fn repeat_run(
        &mut self,
        parties: &Parties,
        before: usize,
        run: &Run,
        pace: Pace,
        prepared: &mut Vec<u8>,
    ) -> Result<Count> {
        if run.steps.iter().any(|step| step.sleeps) {
            let asleep = 1;
            return Ok(Count {
                asleep,
                ..Count::default()
            });
        }
        let is_whole = run.end == End::Returned;
        // Taken out: a board that is in the middle of a run is of no further use.
        let mut board = match self.board.take() {
            Some(board) => board,
            None => self.start()?,
        };
        let mut meeting = self.firmware.meeting(parties)?;
        let result = self.on(&mut board, &mut meeting, before, run, pace, prepared);
        match result {
            Ok(()) if is_whole => {
                self.board = Some(board);
                Ok(Count {
                    agreed: 1,
                    ..Count::default()
                })
            }
            Ok(()) => board.end().map(|()| Count {
                stopped: 1,
                ..Count::default()
            }),
            Err(error) if error.is::<RunsOn>() => {
                Err(Disagreement("a run that ends in interloper goes on".to_owned()).into())
            }
            Err(error) => Err(error),
        }
    }

    fn on(
        &self,
        board: &mut B,
        meeting: &mut Meeting<'_, B::Core>,
        before: usize,
        run: &Run,
        pace: Pace,
        prepared: &mut Vec<u8>,
    ) -> Result<()> {
        board.prepare(&meeting.calls())?;
        let statics = self.firmware.statics().start;
        if prepared.is_empty() {
            board.gdb().write(statics, &self.loaded)?;
            if let Some(reset) = meeting.reset() {
                board.begin(reset, self.firmware.stack().end)?;
                board.go_on_to(self.firmware.idle())?;
            }
            *prepared = board.gdb().read(statics, self.loaded.len())?;
        } else {
            board.gdb().write(statics, prepared)?;
        }
        let alone = meeting.run(&[]).context("nothing is to be enabled")?;
        Walk {
            board,
            firmware: &self.firmware,
            calls: meeting.calls(),
            run,
            pace,
            interrupted: 0,
        }
        .follow(meeting, &alone, before)
    }

    fn start(&mut self) -> Result<B> {
        let mut board = B::start(&self.target, &self.firmware)?;
        let statics = self.firmware.statics();
        let loaded = board.gdb().read(statics.start, statics.len())?;
        self.loaded = loaded;
        Ok(board)
    }

    /// Overwrites an instruction on the board: a planted bug.
    ///
    /// # Errors
    ///
    /// If QEMU does not work.
    pub fn plant(&mut self, address: u32, instruction: &[u8]) -> Result<()> {
        let mut board = match self.board.take() {
            Some(board) => board,
            None => self.start()?,
        };
        board.gdb().write(address, instruction)?;
        self.board = Some(board);
        Ok(())
    }

    /// Ends QEMU.
    ///
    /// # Errors
    ///
    /// If QEMU complained.
    pub fn end(self) -> Result<()> {
        self.board.map_or(Ok(()), B::end)
    }
}

/// `latest::read x publish, before instruction 7`.
fn at(parties: &Parties, before: usize) -> String {
    let Parties {
        object,
        reset,
        main,
        handlers,
    } = parties;
    let reset = reset.as_deref().filter(|reset| !reset.is_empty());
    let reset = reset.map_or(String::new(), |reset| format!(" after `reset {reset}`"));
    let place = match before {
        usize::MAX => "at the end".to_owned(),
        before => format!("before instruction {before}"),
    };
    format!(
        "{object}::{main} x {}{reset}, {place}",
        handlers.join(" x ")
    )
}
