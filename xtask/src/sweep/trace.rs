//! What was executed, from QEMU's log of a run in single steps: nothing that the firmware says of itself.
//!
//! The log has a line `Trace 0: host [flags/address/…] name` before each instruction, and `Stopped …`
//! where an interrupt keeps it from being executed after all. From it follows
//!
//! ```text
//!   sweep_begin                             ─► no interrupt of this landing has come yet
//!   sweep_call: its first instructions      ─► an operation is about to begin
//!   anything else                           ─► the operation
//!     a vector … its last instruction       ─► a handler, left out
//!   sweep_call: its last instructions       ─► the operation has ended
//! ```

use std::collections::BTreeMap;

use super::{decode::Mask, image::Image};

/// One performance of an operation after the other.
#[derive(Debug, Default)]
pub(super) struct Trace {
    /// In the order of the run.
    pub(super) performances: Vec<Performance>,
    state: State,
    /// Announced, and perhaps not executed.
    announced: Option<u32>,
    handlers: u32,
    /// Since the landing began, even before the operation did.
    is_interrupted: bool,
    current: Performance,
    mask: Mask,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    #[default]
    Outside,
    Called,
    Inside,
}

/// Instructions, and whether any time with interrupts enabled.
pub(super) type Executed = BTreeMap<u32, bool>;

/// Adds what was executed elsewhere.
pub(super) fn extend(executed: &mut Executed, more: &Executed) {
    for (address, is_open) in more {
        *executed.entry(*address).or_default() |= is_open;
    }
}

/// What one performance executed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Performance {
    /// Before it was interrupted: where the interrupt could land, unless it was masked.
    pub(super) before: Executed,
    /// Afterwards: where only a second one could.
    pub(super) after: Executed,
    /// How many instructions each mask lasted, by the instruction that masked.
    pub(super) windows: BTreeMap<u32, u32>,
}

impl Performance {
    /// Adds what another performance of the same case did.
    pub(super) fn merge(&mut self, other: &Self) {
        extend(&mut self.before, &other.before);
        extend(&mut self.after, &other.after);
        for (start, length) in &other.windows {
            let longest = self.windows.entry(*start).or_default();
            *longest = (*longest).max(*length);
        }
    }
}

impl Trace {
    /// Takes a line of the log.
    pub(super) fn push(&mut self, image: &Image, line: &[u8]) {
        if line.starts_with(b"Stopped") {
            self.announced = None;
        } else if let Some(address) = traced(line)
            && let Some(executed) = self.announced.replace(address)
        {
            self.step(image, executed);
        }
    }

    fn step(&mut self, image: &Image, address: u32) {
        if address == image.begin.start {
            self.is_interrupted = false;
        } else if image.is_vector(address) {
            self.handlers += 1;
            self.is_interrupted = true;
        }
        if self.handlers > 0 {
            self.handlers -= u32::from(image.is_exit(address));
            return;
        }
        let is_call = image.call.has(address);
        match self.state {
            // Only its first instruction: what follows the operation is no call.
            State::Outside if address == image.call.start => {
                self.current = Performance::default();
                self.mask = Mask::default();
                self.state = State::Called;
            }
            State::Called if !is_call => self.state = State::Inside,
            State::Inside if is_call => {
                self.performances.push(core::mem::take(&mut self.current));
                self.state = State::Outside;
            }
            _ => {}
        }
        if self.state == State::Inside {
            self.record(image, address);
        }
    }

    fn record(&mut self, image: &Image, address: u32) {
        let current = &mut self.current;
        let executed = if self.is_interrupted {
            &mut current.after
        } else {
            &mut current.before
        };
        *executed.entry(address).or_default() |= self.mask.is_open();
        if let Some((start, length)) = self.mask.step(address, image.effect(address)) {
            let longest = current.windows.entry(start).or_default();
            *longest = (*longest).max(length);
        }
    }
}

/// The address in `Trace 0: 0x7f… [00800400/0000011a/00000510/ff020201] name`.
pub(crate) fn traced(line: &[u8]) -> Option<u32> {
    let rest = line.strip_prefix(b"Trace ")?;
    let start = rest.iter().position(|byte| *byte == b'[')? + 1;
    let field = rest[start..].split(|byte| *byte == b'/').nth(1)?;
    let text = core::str::from_utf8(field).ok()?;
    u32::from_str_radix(text, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sweep::decode::Effect::{self, Masks, None, Unmasks};

    /// What one performance comes to whose instructions, the harness's before and after them included,
    /// are logged as `log` says.
    fn performed(operation: &[Effect], log: &[&str]) -> Performance {
        let image = Image::planted(operation);
        let mut trace = Trace::default();
        let begun = ["10", "20"];
        let ended = ["22", "40", "42", "300", "300"];
        for field in begun.iter().chain(log).chain(&ended) {
            let line = match *field {
                "Stopped" => "Stopped execution of TB chain before 0x7f [100] op".to_owned(),
                field => format!("Trace 0: 0x7f [0/{field}/0/0] op"),
            };
            trace.push(&image, line.as_bytes());
        }
        assert_eq!(trace.performances.len(), 1);
        trace.performances.remove(0)
    }

    #[test]
    fn the_address_is_the_second_field() {
        let line = b"Trace 0: 0x7f71b0000100 [00800400/0000011a/00000510/ff020201] Reset";
        assert_eq!(traced(line), Some(0x11a));
        assert_eq!(traced(b"IN: Reset"), Option::None);
    }

    #[test]
    fn a_window_is_as_long_as_its_instructions() {
        let log = ["100", "102", "104", "106"];
        let short = performed(&[Masks, Unmasks, None, None], &log);
        assert_eq!(short.windows, BTreeMap::from([(0x100, 1)]));
        let longer = performed(&[Masks, None, Unmasks, None], &log);
        assert_eq!(longer.windows, BTreeMap::from([(0x100, 2)]));
        let open = longer.before.iter().filter(|(_, is_open)| **is_open);
        assert_eq!(open.map(|(it, _)| *it).collect::<Vec<_>>(), [0x100, 0x106]);
    }

    #[test]
    fn an_instruction_before_which_an_interrupt_comes_is_executed_after_it() {
        let log = ["100", "102", "Stopped", "40", "42", "102", "104"];
        let interrupted = performed(&[None, None, None], &log);
        assert_eq!(interrupted.before, Executed::from([(0x100, true)]));
        let after = Executed::from([(0x102, true), (0x104, true)]);
        assert_eq!(interrupted.after, after);
    }
}
