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
    firmware: Firmware<B::Core>,
    place: Place<B>,
}

/// Where runs are repeated.
#[derive(Debug)]
struct Place<B> {
    target: String,
    board: Option<B>,
    /// The statics as the loader left them.
    loaded: Vec<u8>,
}

/// Parties that meet, in `interloper` and on the board.
#[derive(Debug)]
pub struct Bout<'a, B: Board> {
    firmware: &'a Firmware<B::Core>,
    place: &'a mut Place<B>,
    meeting: Meeting<'a, B::Core>,
    /// Main without an interrupt.
    alone: Run,
    /// The statics after the `reset` of these parties, once it has run.
    prepared: Option<Vec<u8>>,
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
        Ok(Self {
            firmware: table.build(build)?,
            place: Place {
                target: build.target().to_owned(),
                board: None,
                loaded: Vec::new(),
            },
        })
    }

    /// The firmware.
    #[must_use]
    pub fn firmware(&self) -> &Firmware<B::Core> {
        &self.firmware
    }

    /// Lets parties meet.
    ///
    /// # Errors
    ///
    /// If they do not.
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

    /// Repeats the runs of these parties.
    ///
    /// # Errors
    ///
    /// A [`Disagreement`], or that QEMU does not work.
    pub fn repeat(&mut self, parties: &Parties, extent: Extent, pace: Pace) -> Result<Count> {
        let mut bout = self.bout(parties)?;
        let mut count = Count::NONE;
        for (before, run) in bout.runs(extent) {
            let result = bout.repeat(before, &run, pace);
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
        let mut board = self.place.take(&self.firmware)?;
        board.gdb().write(address, instruction)?;
        self.place.board = Some(board);
        Ok(())
    }

    /// Ends QEMU.
    ///
    /// # Errors
    ///
    /// If QEMU complained.
    pub fn end(self) -> Result<()> {
        self.place.board.map_or(Ok(()), B::end)
    }
}

impl<B: Board> Place<B> {
    /// Takes the board out, or starts one: a board that is in the middle of a run is of no further use.
    fn take(&mut self, firmware: &Firmware<B::Core>) -> Result<B> {
        if let Some(board) = self.board.take() {
            return Ok(board);
        }
        let mut board = B::start(&self.target, firmware)?;
        let statics = firmware.statics();
        self.loaded = board.gdb().read(statics.start, statics.len())?;
        Ok(board)
    }
}

impl<B: Board> Bout<'_, B> {
    /// What `interloper` shows for each landing; without those at which the handler is not enabled.
    pub fn runs(&mut self, extent: Extent) -> Vec<(usize, Run)> {
        let landings = landings(&self.alone, extent).into_iter();
        let runs = landings.filter_map(|before| {
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
        let mut board = self.place.take(self.firmware)?;
        match self.on(&mut board, before, run, pace) {
            Ok(()) if run.end == End::Returned => {
                self.place.board = Some(board);
                Ok(Count::AGREED)
            }
            Ok(()) => board.end().map(|()| Count::STOPPED),
            Err(error) if error.is::<RunsOn>() => {
                Err(Disagreement("a run that ends in interloper goes on".to_owned()).into())
            }
            Err(error) => Err(error),
        }
    }

    fn on(&mut self, board: &mut B, before: usize, run: &Run, pace: Pace) -> Result<()> {
        board.prepare(&self.meeting.calls())?;
        let (statics, loaded) = (self.firmware.statics().start, &self.place.loaded);
        if let Some(prepared) = &self.prepared {
            board.gdb().write(statics, prepared)?;
        } else {
            board.gdb().write(statics, loaded)?;
            if let Some(reset) = self.meeting.reset() {
                board.begin(reset, self.firmware.stack().end)?;
                board.go_on_to(self.firmware.idle())?;
            }
            self.prepared = Some(board.gdb().read(statics, loaded.len())?);
        }
        Walk {
            board,
            firmware: self.firmware,
            calls: self.meeting.calls(),
            run,
            pace,
            interrupted: 0,
        }
        .follow(&self.meeting, &self.alone, before)
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
