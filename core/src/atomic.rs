//! The atomic types, and their traits for generic code.
//!
//! Boolean, integers of 8 to 64 bits, `usize`, `isize` and pointer, with `std`'s methods and meaning, and
//! the same ones on every target and with every back end: what compiles on a host compiles on a
//! Cortex-M0 with critical sections. [`AtomicInteger`] adds what `std` has not: [`raise_to`],
//! [`checked_add`], [`add_up_to`] and others. (*Rust Atomics and Locks*, chapter 2, "Atomic Load and Store
//! Operations" to "Compare-and-Exchange Operations".)
//!
//! # Without compare-and-swap
//!
//! Loading and storing needs nothing. Every other operation *needs read-modify-write*. A target
//! without compare-and-swap (Cortex-M0 and M0+, RV32I, RV32IMC) has it with a back end, which the
//! binary chooses:
//!
//! | target, choice | a load | a change | 64 bits |
//! |---|---|---|---|
//! | with compare-and-swap | an instruction | an instruction, or an exclusive loop | where the hardware has them |
//! | without, feature `critical-section` | an instruction | one critical section | yes, and a load is a section, too |
//! | without, `--cfg portable_atomic_unsafe_assume_single_core` | an instruction | interrupts masked for it | no |
//! | without, no choice | an instruction | does not compile: [`ReadModifyWrite`] | loads |
//!
//! With both, the feature decides: a crate of the program may rely on sections, which change several
//! words in one step. portable-atomic's *feature* `unsafe-assume-single-core` is not visible to this
//! crate, and is no choice; nor is its feature `critical-section`, which would enter a section even to
//! load a word.
//!
//! The implementation of the section is the binary's. Interrupts that it leaves enabled (NMI, HardFault,
//! priorities above its mask) may load words of up to 32 bits. Every other operation, a store too, is a section,
//! and not for them. In unprivileged mode a section made of masked interrupts is none: the processor ignores the
//! instruction.
//!
//! # Memory ordering
//!
//! `std`'s, with one exception for sections between *cores*: a Relaxed change ends a release sequence
//! there. Use Release in every change of a word that publishes.
//!
//! # 64 bits
//!
//! An atomic that takes a lock is not offered, because it hangs when an interrupt handler uses it
//! while `main` holds the lock. So the 64-bit types exist where the hardware has them, and with critical
//! sections. On the targets between (Cortex-M3, RV32IMAC) they are absent; see [`cfg_has_atomic_64`].
//!
//! [`raise_to`]: AtomicInteger::raise_to
//! [`checked_add`]: AtomicInteger::checked_add
//! [`add_up_to`]: AtomicInteger::add_up_to
//! [`cfg_has_atomic_64`]: crate::cfg_has_atomic_64

/// Expands to its content where this crate has 64-bit atomics; see [`atomic`](crate::atomic).
#[cfg(wide)]
#[macro_export]
macro_rules! cfg_has_atomic_64 {
    ($($content:tt)*) => { $($content)* };
}

/// Expands to its content where this crate has 64-bit atomics; see [`atomic`](crate::atomic).
#[cfg(not(wide))]
#[macro_export]
macro_rules! cfg_has_atomic_64 {
    ($($content:tt)*) => {};
}

pub(crate) mod generic;

pub use crate::sync::{
    Atomic, Ordering, ReadModifyWrite, Target, compiler_fence, fence,
    words::{
        AtomicBool, AtomicI8, AtomicI16, AtomicI32, AtomicIsize, AtomicPtr, AtomicU8, AtomicU16,
        AtomicU32, AtomicUsize,
    },
};
pub use generic::{AtomicInteger, AtomicPrimitive, Unsigned};

// By the macro: an error on a target without them would otherwise name the condition.
cfg_has_atomic_64! {
    pub use crate::sync::words::{AtomicI64, AtomicU64};
}
