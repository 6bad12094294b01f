//! Runs of `interloper`, repeated on a board.

mod text;
mod walk;

use core::{fmt, ops::AddAssign, time::Duration};
use std::{sync::Arc, time::Instant};

use anyhow::{Context, Result};
use interloper::landings::{Build, Call, End, Firmware, Meeting, Parties, Request, Run, Table};

use crate::{
    board::Board,
    gdb::{Content, RunsOn},
};
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
    /// Runs that stop in a hang, a panic or a fault, and mains without an end, with the same instructions up to there.
    pub stopped: usize,
    /// Runs that sleep, which QEMU's debugger cannot wake.
    pub asleep: usize,
}

impl Count {
    /// No run.
    pub const NONE: Self = Self {
        agreed: 0,
        stopped: 0,
        asleep: 0,
    };
    /// One that agrees.
    pub const AGREED: Self = Self {
        agreed: 1,
        ..Self::NONE
    };
    const STOPPED: Self = Self {
        stopped: 1,
        ..Self::NONE
    };
    const ASLEEP: Self = Self {
        asleep: 1,
        ..Self::NONE
    };
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
    firmware: Arc<Firmware<B::Core>>,
    place: Place<B>,
}

/// Where runs are repeated.
#[derive(Debug)]
struct Place<B> {
    target: String,
    board: Option<Running<B>>,
    /// The statics as the loader left them.
    loaded: Option<Content>,
}

/// A board between two runs.
#[derive(Debug)]
struct Running<B> {
    board: B,
    since: Instant,
    /// The calls that it is prepared for.
    calls: Vec<Call>,
}

/// A board is used for so long: its QEMU has a time limit.
const AGE: Duration = Duration::from_secs(300);

/// Parties that meet, in `interloper` and on the board.
#[derive(Debug)]
pub struct Bout<'a, B: Board> {
    firmware: &'a Firmware<B::Core>,
    place: &'a mut Place<B>,
    meeting: Meeting<'a, B::Core>,
    /// Main without an interrupt.
    alone: Run,
    /// The statics after the `reset` of these parties, once it has run.
    prepared: Option<Content>,
}

/// The landings in a main of these instructions; `usize::MAX` is the end.
fn landings(alone: &Run, extent: Extent) -> Vec<usize> {
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
        Ok(Self::of(Arc::new(table.build(build)?), build))
    }

    /// A referee of this firmware, with a board of its own.
    #[must_use]
    pub fn of(firmware: Arc<Firmware<B::Core>>, build: &Build) -> Self {
        Self {
            firmware,
            place: Place {
                target: build.target().to_owned(),
                board: None,
                loaded: None,
            },
        }
    }

    /// The firmware.
    #[must_use]
    pub fn firmware(&self) -> &Firmware<B::Core> {
        &self.firmware
    }

    /// Prepares the runs of `parties`, and runs them once without an interrupt.
    ///
    /// # Errors
    ///
    /// If the table has no such parties, or that run fails.
    pub fn bout(&mut self, parties: &Parties) -> Result<Bout<'_, B>> {
        let mut meeting = self.firmware.meeting(parties)?;
        let alone = meeting.run(&[]).context("nothing is to be enabled")?;
        Ok(Bout {
            firmware: &self.firmware,
            place: &mut self.place,
            meeting,
            alone,
            prepared: None,
        })
    }

    /// Repeats the runs of these parties from event to event; of [`Extent::All`], the one in the middle instruction by
    /// instruction.
    ///
    /// # Errors
    ///
    /// A [`Disagreement`], or that QEMU does not work.
    pub fn repeat(&mut self, parties: &Parties, extent: Extent) -> Result<Count> {
        let mut bout = self.bout(parties)?;
        let mut count = Count::NONE;
        let runs = bout.runs(extent);
        for (index, (before, run)) in runs.iter().enumerate() {
            let before = *before;
            let pace = if extent == Extent::All && index == runs.len() / 2 {
                Pace::Steps
            } else {
                Pace::Events
            };
            let result = bout.repeat(before, run, pace);
            count += result.with_context(|| at(parties, before))?;
        }
        Ok(count)
    }

    /// Overwrites an instruction on the board: a planted bug.
    ///
    /// # Errors
    ///
    /// If QEMU does not work.
    pub fn plant(&mut self, address: u32, instruction: &[u8]) -> Result<()> {
        let mut running = self.place.take(&self.firmware)?;
        running.board.gdb().write(address, instruction)?;
        self.place.board = Some(running);
        Ok(())
    }

    /// Ends QEMU.
    ///
    /// # Errors
    ///
    /// If QEMU complained.
    pub fn end(self) -> Result<()> {
        self.place.board.map_or(Ok(()), |it| it.board.end())
    }
}

impl<B: Board> Place<B> {
    /// Takes the board out, or starts one: a board that is in the middle of a run is of no further use.
    fn take(&mut self, firmware: &Firmware<B::Core>) -> Result<Running<B>> {
        if let Some(running) = self.board.take() {
            if running.since.elapsed() < AGE {
                return Ok(running);
            }
            running.board.end()?;
        }
        let mut board = B::start(&self.target, firmware)?;
        self.loaded = Some(statics(&mut board, firmware)?);
        Ok(Running {
            board,
            since: Instant::now(),
            calls: Vec::new(),
        })
    }
}

impl<B: Board> Bout<'_, B> {
    /// What `interloper` shows for each landing; without those at which the handler is not enabled.
    pub fn runs(&mut self, extent: Extent) -> Vec<(usize, Run)> {
        let landings = landings(&self.alone, extent).into_iter();
        let runs = landings.filter_map(|before| {
            if before == usize::MAX && matches!(self.alone.end, End::Stopped(_)) {
                // Main has no end at which a handler could land.
                return Some((before, self.alone.clone()));
            }
            let request = Request { handler: 1, before };
            Some((before, self.meeting.run(&[request])?))
        });
        runs.collect()
    }

    /// Repeats one run, and compares it with what `interloper` shows.
    ///
    /// # Errors
    ///
    /// As for [`Referee::repeat`].
    pub fn repeat(&mut self, before: usize, run: &Run, pace: Pace) -> Result<Count> {
        if run.steps.iter().any(|step| step.sleeps) {
            return Ok(Count::ASLEEP);
        }
        let mut running = self.place.take(self.firmware)?;
        match self.on(&mut running, before, run, pace) {
            Ok(()) if run.end == End::Returned => {
                self.place.board = Some(running);
                Ok(Count::AGREED)
            }
            Ok(()) => {
                running.board.reset()?;
                running.calls.clear();
                self.place.board = Some(running);
                Ok(Count::STOPPED)
            }
            Err(error) if error.is::<RunsOn>() => {
                Err(Disagreement("a run that ends in interloper goes on".to_owned()).into())
            }
            Err(error) => Err(error),
        }
    }

    fn on(
        &mut self,
        Running { board, calls, .. }: &mut Running<B>,
        before: usize,
        run: &Run,
        pace: Pace,
    ) -> Result<()> {
        let wanted = self.meeting.calls();
        if *calls != wanted {
            board.prepare(&wanted)?;
            calls.clone_from(&wanted);
        }
        if let Some(prepared) = &self.prepared {
            board.gdb().restore(prepared)?;
        } else {
            if let Some(loaded) = &self.place.loaded {
                board.gdb().restore(loaded)?;
            }
            if let Some(reset) = self.meeting.reset() {
                board.begin(reset, self.firmware.stack().end)?;
                board.go_on_to(self.firmware.idle())?;
            }
            self.prepared = Some(statics(board, self.firmware)?);
        }
        Walk {
            board,
            firmware: self.firmware,
            calls: wanted,
            run,
            pace,
            interrupted: 0,
        }
        .follow(&self.meeting, &self.alone, before)
    }
}

/// What the statics of the firmware have on the board.
fn statics<B: Board>(board: &mut B, firmware: &Firmware<B::Core>) -> Result<Content> {
    let statics = firmware.statics();
    let bytes = board.gdb().read(statics.start, statics.len())?;
    Ok(Content::new(statics.start, &bytes))
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
