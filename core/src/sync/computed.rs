//! Values that are computed before the critical section that stores them.
//!
//! The compiler moves a computation next to its first use. Where that is the store of a critical section,
//! the computation would run with interrupts masked.

#![allow(
    unsafe_code,
    reason = "an empty assembly block is the one barrier of stable Rust that leaves a value in its register"
)]

/// What a shared word holds.
pub(crate) trait Computed: Copy {
    /// Returns the value. A critical section that begins afterwards does not contain its computation.
    ///
    /// This costs no instruction. With compare-and-swap no change masks interrupts, and it does nothing.
    fn computed(self) -> Self;
}

/// The compiler keeps assembly blocks in their order, so the value is computed before the block that masks
/// interrupts.
macro_rules! opaque {
    ($value:expr, $Value:ty) => {{
        let value: $Value = $value;
        #[cfg(all(
            not(target_has_atomic = "32"),
            any(target_arch = "arm", target_arch = "riscv32")
        ))]
        let value = {
            let same: $Value;
            // SAFETY: the block has no instruction, and leaves the value in its register.
            unsafe {
                core::arch::asm!(
                    "/* {} */",
                    inout(reg) value => same,
                    options(nomem, nostack, preserves_flags),
                );
            }
            same
        };
        value
    }};
}

/// For values of one register.
macro_rules! impl_computed_in_register {
    ($($Value:ident)*) => { $(
        impl Computed for $Value {
            #[inline(always)]
            fn computed(self) -> Self {
                opaque!(self, $Value)
            }
        }
    )* };
}
impl_computed_in_register! { u8 i8 u16 i16 u32 i32 usize isize }

/// For values of two.
macro_rules! impl_computed_in_halves {
    ($($Value:ident)*) => { $(
        impl Computed for $Value {
            #[inline(always)]
            fn computed(self) -> Self {
                let low = opaque!(self as u32, u32);
                let high = opaque!((self >> 32) as u32, u32);
                Self::from(high) << 32 | Self::from(low)
            }
        }
    )* };
}
impl_computed_in_halves! { u64 i64 }

impl<T> Computed for *mut T {
    #[inline(always)]
    fn computed(self) -> Self {
        opaque!(self, *mut T)
    }
}

impl Computed for bool {
    /// Nothing is kept out: assembly takes no `bool`, and of a `u8` the compiler would make one in the section.
    #[inline(always)]
    fn computed(self) -> Self {
        self
    }
}

/// Returns the reference. A critical section that begins afterwards does not contain the computation of its
/// address, which takes up to three instructions where the word is far behind the start of its object.
#[inline(always)]
pub(crate) fn computed_address<T>(word: &T) -> &T {
    let same = opaque!(core::ptr::from_ref(word), *const T);
    // SAFETY: it is the pointer of `word`, with its provenance, and lives as long.
    unsafe { &*same }
}
