//! The machine: processor cores and the memory that they share.
//!
//! A core is a value: registers, masks, monitor, active exceptions. Memory is another: RAM, and the
//! flash that all clones share. Both are cloned to fork an execution, and hashed to merge two
//! executions that reached the same state. Nothing is global, so two cores can run on one memory.
//!
//! | core | profile | executes |
//! |---|---|---|
//! | [`Arm`] | [`Profile::Armv6M`] | all of Armv6-M that rustc emits |
//! | [`Arm`] | [`Profile::Armv7M`] | Thumb-2 without the DSP and floating-point extensions |
//! | [`Arm`] | [`Profile::Armv8M`] | the same, with `LDA`, `STL` and their exclusive forms |
//! | [`Riscv`] | [`Reservation`] | RV32IMAC with Zicsr, machine mode only |
//!
//! # One step
//!
//! ```text
//!  peek ──► Peek { access, scheduling, choices }    what the next instruction would touch
//!  step ──► Ok(Event)                               it ran; Memory::access() is what it touched
//!       └─► Err(Fault)                              it did what correct code never does
//!  step_as(Choice) ──► the other outcome that the architecture allows for the same instruction
//!  enter(Interrupt) ──► the next instruction is the first one of the handler
//! ```
//!
//! An interrupt can be taken before each `step`: the caller asks [`can_take`](Core::can_take) and
//! calls [`enter`](Core::enter).
//!
//! # What is outside the model
//!
//! Time: an instruction has no duration, and reading a cycle counter is a fault. Peripherals: an
//! address that is neither flash nor RAM is a fault, and so is `SCR`: `SEVONPEND` is clear. The
//! process stack, privilege levels and memory protection are faults as well.

use core::ops::Range;

mod access;
mod active;
mod arm;
#[cfg(test)]
mod differential;
mod encoding;
mod event;
mod fault;
mod flash;
#[cfg(test)]
mod foresight;
mod hash;
mod memory;
mod program;
mod riscv;
mod sio;
#[cfg(test)]
mod traces;

pub use access::Access;
pub use arm::{Arm, Profile};
pub use event::{Choice, Choices, Event, Interrupt, Peek};
pub use fault::{Fault, FaultKind};
pub use flash::Flash;
pub use memory::{DeadStack, Memory};
pub use riscv::{Reservation, Riscv};

/// The largest number of interrupts that are active at once on one core.
pub const MAX_DEPTH: usize = 8;

/// A processor core: everything that a program can observe apart from memory.
pub trait Core: Clone {
    /// Prepares a call of the function at `entry` with an empty stack; bit 0 of `entry` is ignored.
    ///
    /// Registers, masks, monitor, event register and active interrupts are as after a reset with
    /// interrupts enabled. The stack grows down from the end of `stack`; a stack pointer below its
    /// start is a [fault](FaultKind::StackOverflow). The identity of the core stays.
    fn boot(&mut self, entry: u32, stack: Range<u32>);

    /// Prepares the next call of the function at `entry` with an empty stack, as [`boot`](Self::boot) does without a
    /// reset: masks, enabled interrupts, monitor, event register and control registers stay as they are.
    fn call(&mut self, entry: u32, stack: Range<u32>);

    /// Executes one instruction.
    ///
    /// # Errors
    ///
    /// A [`Fault`]; the core and the memory are then in no particular state.
    fn step(&mut self, memory: &mut Memory) -> Result<Event, Fault>;

    /// Executes one instruction with another outcome than that of [`step`](Self::step).
    ///
    /// [`Peek::choices`] has the choices of the next instruction. With [`Choice::Interrupted`]
    /// the instruction has not retired: the caller must [`enter`](Self::enter) an interrupt next.
    ///
    /// # Errors
    ///
    /// As for [`step`](Self::step).
    ///
    /// # Panics
    ///
    /// If the next instruction does not have this choice.
    fn step_as(&mut self, memory: &mut Memory, choice: Choice) -> Result<Event, Fault>;

    /// What the next instruction would touch. Neither core nor memory changes, nor does
    /// [`Memory::access`].
    ///
    /// The memory is borrowed exclusively because the answer comes from a trial run that withholds
    /// its stores.
    fn peek(&self, memory: &mut Memory) -> Peek;

    /// Takes an interrupt: saves the context and continues at the handler.
    ///
    /// It does not ask [`can_take`](Self::can_take). Registers that the architecture leaves unknown
    /// in the handler are zero, so that executions merge that differ in nothing else.
    ///
    /// # Errors
    ///
    /// A [`Fault`] if the frame does not fit the stack, or [`MAX_DEPTH`] interrupts are active.
    fn enter(&mut self, memory: &mut Memory, interrupt: Interrupt) -> Result<(), Fault>;

    /// Whether the core would take `interrupt` now, were it pending and enabled: no mask and no
    /// active interrupt of the same or a higher priority stands in its way.
    fn can_take(&self, interrupt: Interrupt) -> bool;

    /// Whether `interrupt`, pending, ends a [wait for an interrupt](Event::WaitForInterrupt).
    ///
    /// It may do so without being taken: `PRIMASK` and `mstatus.MIE` do not keep a core asleep.
    fn wakes(&self, interrupt: Interrupt) -> bool;

    /// Whether a mask can hold off some interrupts by their priority, as `BASEPRI` does.
    fn masks_priorities(&self) -> bool;

    /// The mask registers as one number, which is zero if they hold off no interrupt: `PRIMASK`,
    /// `FAULTMASK` and `BASEPRI`, or the complement of `mstatus.MIE`.
    fn masks(&self) -> u32;

    /// Whether a mask register holds off any interrupt.
    #[inline]
    fn masked(&self) -> bool {
        self.masks() != 0
    }

    /// Another core made this access: a write to the reserved word ends the reservation of this
    /// core. True where that is an event, which the caller then [signals](Self::signal).
    ///
    /// With two cores on one memory, the caller passes it the access of each step of the other core.
    #[must_use]
    fn observe(&mut self, access: Access) -> bool;

    /// Sets the event register, as an [event](Event::SendEvent) of another core does. Without one,
    /// does nothing.
    fn signal(&mut self);

    /// The address of the next instruction.
    fn pc(&self) -> u32;

    /// Goes on at another address: what a handler does that changes the address that it returns to.
    fn jump(&mut self, address: u32);

    /// The stack pointer.
    fn sp(&self) -> u32;

    /// How many interrupts are active.
    fn depth(&self) -> usize;

    /// The interrupt that is being handled; `None` in thread mode.
    fn active(&self) -> Option<Interrupt>;

    /// The stack pointer when the active interrupt was entered: what is above belongs to the
    /// interrupted code.
    fn entry_sp(&self) -> Option<u32>;

    /// The result registers of a call, `r0` and `r1`, or `a0` and `a1`; the first is the lower
    /// half.
    fn answer(&self) -> u64;

    /// All general registers by number; `r15` of an Arm core is [`pc`](Self::pc).
    fn registers(&self) -> &[u32];

    /// A hash of everything that decides how the core goes on. Equal states have equal hashes.
    fn hash(&self) -> u64;

    /// The number that the program reads as its core's.
    fn id(&self) -> u32;

    /// The bytes that the next instruction loads or stores, if they are a part of a word.
    fn part_accessed(&self) -> Option<Range<u32>>;

    /// The instruction at an address of the flash, as the manual names its encoding.
    fn name_at(&self, address: u32) -> Option<&'static str>;
}
