//! The numbers of the boards' interrupts.

use cortex_m::interrupt::InterruptNumber;

/// The number of an interrupt. Only the boards' files construct one.
#[derive(Clone, Copy)]
pub(crate) struct Irq(pub(crate) u16);

impl Irq {
    /// Whether it has this number, which is negative for exceptions.
    pub(super) fn is(self, number: i16) -> bool {
        i16::try_from(self.0) == Ok(number)
    }
}

#[allow(unsafe_code, reason = "the trait is unsafe")]
// SAFETY: A number never changes, and the boards' files, which alone construct one, name interrupts of their boards.
unsafe impl InterruptNumber for Irq {
    fn number(self) -> u16 {
        self.0
    }
}
