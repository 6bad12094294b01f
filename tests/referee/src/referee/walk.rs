//! A run, from one event to the next.
//!
//! ```text
//!  main ──► landing: is it masked? ──► [main, masked] ──► handler enters ──► handler returns ──► main returns
//!                   the interrupt becomes pending            before which instruction?   answers, state
//! ```

use core::ops::Range;

use anyhow::{Result, bail, ensure};
use interloper::{
    landings::{Call, End, Firmware, Meeting, Run},
    machine::Core as _,
};

use super::{Disagreement, Pace, text::text};
use crate::board::Board;

/// A run that is followed on a board.
pub(super) struct Walk<'a, B: Board> {
    pub(super) board: &'a mut B,
    pub(super) firmware: &'a Firmware<B::Core>,
    pub(super) calls: Vec<Call>,
    /// What `interloper` shows.
    pub(super) run: &'a Run,
    pub(super) pace: Pace,
    /// The instruction of main that the handler interrupts.
    pub(super) interrupted: u32,
}

impl<B: Board> Walk<'_, B> {
    /// Follows the run from the first instruction of main. `alone` is main without an interrupt.
    pub(super) fn follow(
        mut self,
        meeting: &Meeting<'_, B::Core>,
        alone: &Run,
        before: usize,
    ) -> Result<()> {
        let steps = &self.run.steps;
        let before = before.min(alone.steps.len());
        let idle = self.firmware.idle();
        let landing = alone.steps.get(before).map_or(idle, |step| step.address);
        let is_masked = alone.steps.get(before).is_some_and(|step| step.masked.0);
        self.begin(0)?;
        if self.run.taken.is_empty() {
            // Main alone, which does not end.
            return self.stop(0);
        }
        self.walk(0..before, landing)?;
        self.compare(
            "interrupts are masked at the landing",
            &is_masked,
            B::masked,
        )?;
        // The handler begins there or, where interrupts are masked, later.
        let taken = self.run.taken.first().copied().flatten().unwrap_or(before);
        let mut of_main = steps.iter().filter(|step| step.lane == 0);
        let interrupted = alone.steps.get(taken).or_else(|| of_main.nth(taken));
        self.interrupted = interrupted.map_or(idle, |step| step.address);
        if let Some(start) = meeting.restart(self.interrupted) {
            ensure!(
                taken == before,
                "a restartable sequence masks no interrupts"
            );
            self.interrupted = start;
            self.board.set_pc(start)?;
        }
        let handlers = (0..self.calls.len()).filter(|&call| self.calls[call].lane > 0);
        let mut at = before;
        for call in handlers.collect::<Vec<_>>() {
            self.board.pend(call)?;
            let Some(entry) = (at..steps.len()).find(|&step| steps[step].lane > 0) else {
                return self.stop(at);
            };
            self.enter(at..entry, call)?;
            let Some(last) = (entry..steps.len()).find(|&step| steps[step].returns) else {
                return self.stop(entry);
            };
            at = last + 1;
            self.walk(entry..at, self.interrupted)?;
        }
        if self.run.end != End::Returned {
            return self.stop(at);
        }
        self.walk(at..steps.len(), idle)?;
        let Some(state) = meeting.state() else {
            return Ok(());
        };
        self.compare_text("the state", self.run.state.as_ref(), state)
    }

    /// Sets the registers for a call of main.
    fn begin(&mut self, call: usize) -> Result<()> {
        self.board
            .begin(self.calls[call].run, self.firmware.stack().end)
    }

    /// Follows these steps. What comes after them is at `next`.
    fn walk(&mut self, steps: Range<usize>, next: u32) -> Result<()> {
        let mut from = steps.start;
        for at in steps.clone() {
            let step = &self.run.steps[at];
            if !step.returns {
                continue;
            }
            let is_main = step.lane == 0;
            let back = if is_main {
                self.firmware.idle()
            } else {
                self.interrupted
            };
            self.advance(from..at + 1, back)?;
            from = at + 1;
            let returned = self.run.steps[..at].iter().filter(|step| step.returns);
            let place = returned.filter(|it| it.lane == step.lane).count();
            let mut calls =
                (0..self.calls.len()).filter(|&call| self.calls[call].lane == step.lane);
            let call = calls.nth(place);
            let following = calls.next();
            let Some(call) = call else {
                bail!(Disagreement("more calls return than there are".to_owned()))
            };
            let answer = self.run.answers[call].as_ref();
            self.compare_text("the answer", answer, self.calls[call].show)?;
            if let Some(following) = following.filter(|_| is_main) {
                self.begin(following)?;
            }
        }
        self.advance(from..steps.end, next)
    }

    /// Executes these steps, none of which takes an interrupt.
    fn advance(&mut self, steps: Range<usize>, next: u32) -> Result<()> {
        let steps = &self.run.steps[steps];
        let following = |at: usize| steps.get(at + 1).map_or(next, |step| step.address);
        for (at, step) in steps.iter().enumerate() {
            match self.pace {
                Pace::Steps => {
                    self.compare("the next instruction", &step.address, B::pc)?;
                    self.step(step.address, following(at))?;
                }
                // The breakpoint is met as often as its instruction occurs.
                Pace::Events if step.address == next => {
                    self.compare("the next instruction", &step.address, B::pc)?;
                    self.step(step.address, following(at))?;
                    if following(at) != next {
                        self.board.go_on_to(next)?;
                    }
                }
                Pace::Events if at == 0 => self.board.go_on_to(next)?,
                Pace::Events => {}
            }
        }
        self.compare("the next instruction", &next, B::pc)
    }

    /// Executes the instruction at an address; the next one is expected at `next`.
    fn step(&mut self, at: u32, next: u32) -> Result<()> {
        let name = self.firmware.core().name_at(at).unwrap_or_default();
        // At a hint, QEMU leaves its loop, and a step ends after the instruction that follows.
        if name.contains("YIELD") || name.contains("WFE") {
            self.board.go_on_to(next)
        } else {
            self.board.step()
        }
    }

    /// Executes these steps of main, and takes the interrupt of a call, which is pending.
    fn enter(&mut self, steps: Range<usize>, call: usize) -> Result<()> {
        let interrupted = self.interrupted;
        let handler = self.calls[call].run;
        match self.pace {
            Pace::Events => self.board.go_on_to(handler)?,
            Pace::Steps => {
                self.advance(steps, interrupted)?;
                self.board.step()?;
            }
        }
        self.compare("the handler's first instruction", &handler, B::pc)?;
        self.compare("the interrupted instruction", &interrupted, B::interrupted)
    }

    /// Follows a run that does not end to the last instruction that `interloper` shows.
    fn stop(&mut self, from: usize) -> Result<()> {
        self.pace = Pace::Steps;
        let Some(last) = self
            .run
            .steps
            .len()
            .checked_sub(1)
            .filter(|&last| last >= from)
        else {
            return Ok(());
        };
        self.walk(from..last, self.run.steps[last].address)
    }

    fn compare<T: PartialEq + core::fmt::Debug>(
        &mut self,
        what: &str,
        expected: &T,
        of_board: impl FnOnce(&mut B) -> Result<T>,
    ) -> Result<()> {
        let found = of_board(self.board)?;
        if found == *expected {
            return Ok(());
        }
        bail!(Disagreement(format!(
            "{what}: {found:x?}, in interloper {expected:x?}"
        )))
    }

    fn compare_text(&mut self, what: &str, expected: Option<&String>, function: u32) -> Result<()> {
        let firmware = self.firmware;
        self.compare(what, &expected.cloned(), |board| {
            text(board, firmware, function).map(Some)
        })
    }
}
