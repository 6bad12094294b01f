//! How a step ends, and what the next one could do.

use super::Access;

/// How one instruction ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// Execution continues at the new program counter.
    Step,
    /// The function of [`boot`](super::Core::boot) returned.
    Return {
        /// Its result registers; the first is the lower half.
        answer: u64,
    },
    /// A handler returned; the context that it interrupted is restored.
    ExceptionReturn {
        /// The number of the interrupt.
        number: u8,
        /// The handler's result registers when it returned.
        answer: u64,
    },
    /// The core sleeps until an interrupt that [wakes](super::Core::wakes) it is pending, or
    /// [for a shorter time](Choice::WakesEarly).
    WaitForInterrupt,
    /// The event register was clear: the core sleeps until it is [signalled](super::Core::signal),
    /// or an interrupt is taken, or [for a shorter time](Choice::WakesEarly). If the register is
    /// set, `WFE` clears it and is a [`Step`](Self::Step).
    WaitForEvent,
    /// The core signals an event to all cores; its own event register is set already.
    SendEvent,
}

/// An interrupt as the table declares it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Interrupt {
    /// Its number. `mcause` and the bit of `mie` on RISC-V; the exception number less 16 on Arm.
    pub number: u8,
    /// Its priority: lower values preempt higher ones, as in the NVIC. `BASEPRI` masks those at or
    /// above its value. A RISC-V core ignores it: there a handler is preempted when it sets
    /// `mstatus.MIE`.
    pub priority: u8,
    /// The address of the handler, an `extern "C"` function without arguments.
    pub handler: u32,
}

/// What the next instruction would touch, without executing it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peek {
    /// The data that it loads and stores.
    pub access: Access,
    /// Whether the instruction changes a mask or the event register, reads a CSR, makes a
    /// reservation, sleeps, signals, returns from the function or the handler, or faults. An
    /// interrupt before it differs from one after it although both touch no common word.
    pub scheduling: bool,
    /// Whether it reads a mask of [`masks`](super::Core::masks): the same, if the handler leaves
    /// the masks changed.
    pub reads_masks: bool,
    /// The outcomes that the architecture allows besides the usual one.
    pub choices: Choices,
}

impl Choices {
    /// The choice that needs no interrupt, if there is one.
    #[must_use]
    pub fn spurious(self) -> Option<Choice> {
        match self {
            Self::Exclusive => Some(Choice::ExclusiveFails),
            Self::Sleep => Some(Choice::WakesEarly),
            Self::None | Self::Multiple { .. } => None,
        }
    }
}

impl Peek {
    /// The instruction concerns nothing but the general registers of its core.
    pub const NOTHING: Self = Self {
        access: Access::NONE,
        scheduling: false,
        reads_masks: false,
        choices: Choices::None,
    };
}

/// The choices that one instruction leaves to the implementation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Choices {
    /// One outcome.
    #[default]
    None,
    /// `STREX` or `SC.W` that would succeed: it may [fail spuriously](Choice::ExclusiveFails).
    Exclusive,
    /// `WFI` or `WFE` that would sleep: it may [wake early](Choice::WakesEarly).
    Sleep,
    /// It transfers several words and can be [interrupted](Choice::Interrupted) after each but the
    /// last.
    Multiple {
        /// The number of words.
        words: u8,
        /// Whether it stores: interrupted loads that restart have the outcome of an interrupt
        /// before them.
        stores: bool,
        /// Whether the implementation may resume it, instead of restarting it.
        resumes: bool,
    },
}

/// Another outcome than the usual one, for [`step_as`](super::Core::step_as).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Choice {
    /// The exclusive store fails although the reservation holds.
    ExclusiveFails,
    /// The sleep ends at once, without an interrupt or an event: `WFI` and `WFE` are hints.
    WakesEarly,
    /// The instruction stops after some of its words for an interrupt.
    Interrupted {
        /// The words transferred before the interrupt: at least one, fewer than all.
        after: u8,
        /// Whether it continues with the next word after the interrupt; otherwise it restarts.
        resumes: bool,
    },
}
