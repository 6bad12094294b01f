//! The atomic types themselves, and what generic code needs to know of them.
//!
//! Boolean, integers of 8 to 64 bits, `usize`, `isize`, pointer: load, store, swap, every `fetch_*`,
//! `compare_exchange` and its weak form, `fetch_update`, with `std`'s names and meaning. Arithmetic
//! wraps around. (*Rust Atomics and Locks*, chapter 2, "Atomic Load and Store Operations" to
//! "Compare-and-Exchange Operations".)
//!
//! # Where the types come from
//!
//! | target | types | a load | a change |
//! |---|---|---|---|
//! | with compare-and-swap | portable-atomic's | an instruction | an instruction, or an exclusive loop |
//! | without, our feature `critical-section` | this crate's | an instruction | one critical section |
//! | without, `--cfg portable_atomic_unsafe_assume_single_core` | portable-atomic's | an instruction | interrupts masked for it |
//! | without, no choice | portable-atomic's | an instruction | a compile error that names the choices |
//!
//! Prefer our feature to portable-atomic's own `critical-section`, which enters a section even to
//! load a word. The implementation of the section is the binary's; interrupts that it leaves enabled
//! (NMI, HardFault, priorities above its mask) may load, and may not change.
//!
//! # Memory ordering
//!
//! `std`'s, with one remark for section mode between *cores*: a Relaxed change ends a release
//! sequence there. Use Release in every change of a word that publishes.
//!
//! # 64 bits
//!
//! An atomic that takes a lock is not offered: shared with an interrupt handler it hangs. So the
//! 64-bit types exist where the hardware has them, and where there is no compare-and-swap at all and
//! every change masks interrupts anyway. On the targets between (Cortex-M3, RV32IMAC) they are absent.
//! In section mode they are two words, so that there is no `get_mut`; take `into_inner`.

#[cfg(wide)]
pub use crate::sync::offered::{AtomicI64, AtomicU64};
pub use crate::sync::{
    Ordering,
    offered::{
        AtomicBool, AtomicI8, AtomicI16, AtomicI32, AtomicIsize, AtomicPtr, AtomicU8, AtomicU16,
        AtomicU32, AtomicUsize, fence,
    },
};

#[cfg(tier2)]
pub use crate::sync::Atomic;
#[cfg(tier2)]
pub use generic::{AtomicInteger, AtomicPrimitive, Unsigned};

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

#[cfg(tier2)]
pub(crate) mod generic {
    #![allow(
        private_bounds,
        reason = "the seal: what a private trait does cannot be called through a public bound"
    )]

    use crate::sync::{ChangeInteger, Zero, shared};
    use core::{fmt::Debug, hash::Hash};

    /// An atomic integer of this module. Sealed.
    ///
    /// Tier 2: absent on a target without compare-and-swap until a back end is chosen.
    pub trait AtomicInteger:
        ChangeInteger<Value: AtomicPrimitive> + Zero + Debug + Send + Sync
    {
    }

    /// An integer that has an atomic form on this target. Sealed.
    ///
    /// Tier 2: absent on a target without compare-and-swap until a back end is chosen.
    #[diagnostic::on_unimplemented(
        message = "`{Self}` has no atomic form on this target that never takes a lock",
        note = "64-bit words exist where the hardware has 64-bit atomics, or no compare-and-swap at all",
        note = "take 32 bits, or an exact 64-bit total: `ShardedStats`, or any width whole: `Latest`"
    )]
    pub trait AtomicPrimitive:
        Arithmetic + Copy + Debug + Default + Hash + Ord + Send + Sync
    {
        /// The atomic form.
        type Atomic: AtomicInteger<Value = Self>;
    }

    /// An [`AtomicPrimitive`] that counts: unsigned. Sealed.
    ///
    /// Tier 2: absent on a target without compare-and-swap until a back end is chosen.
    #[diagnostic::on_unimplemented(
        message = "`{Self}` is no unsigned integer with an atomic form on this target that never takes a lock",
        note = "64-bit words exist where the hardware has 64-bit atomics, or no compare-and-swap at all",
        note = "take `Stats<u32>`, or an exact 64-bit total: `ShardedStats`"
    )]
    pub trait Unsigned: AtomicPrimitive + Widen {}

    /// What a summary is made of.
    pub(crate) trait Widen {
        fn widen(self) -> u64;
    }

    /// What the primitives compute with words.
    pub(crate) trait Arithmetic: Sized {
        const ZERO: Self;
        const ONE: Self;
        const MAX: Self;

        fn wrapping_add(self, n: Self) -> Self;
        fn checked_add(self, n: Self) -> Option<Self>;
        fn saturating_add(self, n: Self) -> Self;
        fn saturating_sub(self, n: Self) -> Self;
    }

    macro_rules! words {
        ($($Value:ident, $Atomic:ident;)*) => { $(
            impl AtomicInteger for shared::$Atomic {}

            impl AtomicPrimitive for $Value {
                type Atomic = shared::$Atomic;
            }

            impl Arithmetic for $Value {
                const ZERO: Self = 0;
                const ONE: Self = 1;
                const MAX: Self = Self::MAX;

                #[inline(always)]
                fn wrapping_add(self, n: Self) -> Self {
                    self.wrapping_add(n)
                }

                #[inline(always)]
                fn checked_add(self, n: Self) -> Option<Self> {
                    self.checked_add(n)
                }

                #[inline(always)]
                fn saturating_add(self, n: Self) -> Self {
                    self.saturating_add(n)
                }

                #[inline(always)]
                fn saturating_sub(self, n: Self) -> Self {
                    self.saturating_sub(n)
                }
            }
        )* };
    }

    macro_rules! unsigned {
        ($($Value:ident)*) => { $(
            impl Unsigned for $Value {}

            impl Widen for $Value {
                #[inline(always)]
                fn widen(self) -> u64 {
                    self as u64
                }
            }
        )* };
    }

    words! {
        i8, AtomicI8; i16, AtomicI16; i32, AtomicI32; isize, AtomicIsize;
        u8, AtomicU8; u16, AtomicU16; u32, AtomicU32; usize, AtomicUsize;
    }
    #[cfg(wide)]
    words! { i64, AtomicI64; u64, AtomicU64; }
    unsigned! { u8 u16 u32 usize }
    #[cfg(wide)]
    unsigned! { u64 }
}
