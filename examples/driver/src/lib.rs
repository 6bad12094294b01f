//! A driver for a tachometer: a pin that changes once per turn, and a motor that should turn.
//!
//! The interrupt side, [`Pulses`], and the side to read, [`Speed`], share a [`Tachometer`] by loads and stores
//! alone. So this crate enables no feature of `indivisible`, needs no critical section of the firmware, compiles for
//! every target, and never masks an interrupt. How a reader waits is the choice of the firmware: it chooses
//! the unparker `U` and the parker.
//!
//! ```
//! use driver_example::Tachometer;
//!
//! let mut tachometer = Tachometer::new();
//! let (mut pulses, mut speed) = tachometer.split();
//! // In the handler of the pin, with the time in microseconds:
//! pulses.pulse(1_000);
//! pulses.pulse(21_000);
//! // In the main loop:
//! assert_eq!(speed.turns_per_minute(30_000), Some(3_000));
//! ```

#![no_std]

use indivisible::{
    latest::{Latest, Reader, Writer},
    wait::{Park, Polling, Unpark, WaitError},
};

indivisible::words! {
    /// What the handler publishes: never read half old and half new, although it takes several words.
    #[derive(Debug)]
    struct Turn {
        count: u32,
        at: u64,
        micros: u32,
    }
}

/// The memory that both sides share, for a `static` cell or an RTIC local.
#[derive(Debug)]
pub struct Tachometer<U = Polling> {
    turns: Latest<Turn, U>,
}

impl Tachometer {
    /// Creates one whose reader polls.
    pub const fn new() -> Self {
        Self::with_unparker(Polling)
    }
}

impl<U> Tachometer<U> {
    /// Creates one that wakes its reader through `unparker`.
    pub const fn with_unparker(unparker: U) -> Self {
        Self {
            turns: Latest::with_unparker(unparker),
        }
    }

    /// The side of the interrupt handler, and the side to read.
    pub fn split(&mut self) -> (Pulses<'_, U>, Speed<'_, U>) {
        let (writer, turns) = self.turns.split();
        let pulses = Pulses { writer, last: None };
        (
            pulses,
            Speed {
                turns: turns.reader(),
            },
        )
    }
}

impl Default for Tachometer {
    fn default() -> Self {
        Self::new()
    }
}

/// The side of the interrupt handler.
#[derive(Debug)]
pub struct Pulses<'a, U = Polling> {
    writer: Writer<'a, Turn, U>,
    last: Option<(u64, u32)>,
}

impl<U: Unpark> Pulses<'_, U> {
    /// To be called when the pin changes; `now` is the time in microseconds.
    pub fn pulse(&mut self, now: u64) {
        let Some((before, count)) = self.last.replace((now, 0)) else {
            return;
        };
        let count = count + 1;
        self.last = Some((now, count));
        let micros = u32::try_from(now - before).unwrap_or(u32::MAX);
        self.writer.publish(Turn {
            count,
            at: now,
            micros,
        });
    }
}

/// The side to read.
#[derive(Debug)]
pub struct Speed<'a, U = Polling> {
    turns: Reader<'a, Turn, U>,
}

impl<U: Unpark> Speed<'_, U> {
    /// A motor that has not turned for so long stands still.
    pub const STANDSTILL_MICROS: u64 = 1_000_000;

    /// The number of turns so far.
    pub fn turns(&mut self) -> u32 {
        self.turns.read().map_or(0, |turn| turn.count)
    }

    /// The speed of the last turn; `None` before the first and at a standstill.
    pub fn turns_per_minute(&mut self, now: u64) -> Option<u32> {
        let turn = self.turns.read()?;
        let stands = now.saturating_sub(turn.at) > Self::STANDSTILL_MICROS;
        if stands {
            return None;
        }
        60_000_000_u32.checked_div(turn.micros)
    }

    /// Sleeps until the next turn; returns the number of turns so far.
    ///
    /// # Errors
    ///
    /// [`WaitError`] where this context must not wait.
    pub fn wait_turn<P: Park<U>>(&mut self, parker: &P) -> Result<u32, WaitError> {
        self.turns.wait_newer(parker)?;
        Ok(self.turns())
    }
}

#[cfg(test)]
mod tests {
    use super::{Speed, Tachometer};
    use indivisible::wait::Polling;

    #[test]
    fn the_speed_is_that_of_the_last_turn() {
        let mut tachometer = Tachometer::new();
        let (mut pulses, mut speed) = tachometer.split();
        assert_eq!(speed.turns_per_minute(0), None);
        for at in [0, 60_000, 80_000] {
            pulses.pulse(at);
        }
        assert_eq!(speed.turns_per_minute(80_000), Some(3_000));
        assert_eq!(speed.turns(), 2);
    }

    #[test]
    fn a_motor_that_has_not_turned_for_long_stands_still() {
        let mut tachometer = Tachometer::new();
        let (mut pulses, mut speed) = tachometer.split();
        pulses.pulse(0);
        pulses.pulse(20_000);
        let late = 20_000 + Speed::<Polling>::STANDSTILL_MICROS;
        assert_eq!(speed.turns_per_minute(late), Some(3_000));
        assert_eq!(speed.turns_per_minute(late + 1), None);
    }
}
