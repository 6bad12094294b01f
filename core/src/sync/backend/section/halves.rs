//! 64 bits on a target that loads 32: two words, loaded and stored in a section.

use crate::sync::{Ordering, plain};

macro_rules! define_halves {
    ($($Atomic:ident, $Value:ident;)*) => { $(
        /// In memory as the value is, so that there can be a reference to it.
        #[repr(C, align(8))]
        pub(crate) struct $Atomic {
            #[cfg(target_endian = "big")]
            high: plain::AtomicU32,
            low: plain::AtomicU32,
            #[cfg(target_endian = "little")]
            high: plain::AtomicU32,
        }

        impl $Atomic {
            #[cfg_attr(no_const, no_const::no_const)]
            pub(crate) const fn new(value: $Value) -> Self {
                Self {
                    low: plain::AtomicU32::new(value as u32),
                    high: plain::AtomicU32::new((value >> 32) as u32),
                }
            }

            #[cfg_attr(no_const, no_const::no_const)]
            pub(crate) const fn into_inner(self) -> $Value {
                let Self { low, high } = self;
                (high.into_inner() as $Value) << 32 | low.into_inner() as $Value
            }

            #[inline(always)]
            pub(crate) fn load(&self, order: Ordering) -> $Value {
                $Value::from(self.high.load(order)) << 32 | $Value::from(self.low.load(order))
            }

            #[inline(always)]
            pub(crate) fn store(&self, value: $Value, order: Ordering) {
                self.low.store(value as u32, order);
                self.high.store((value >> 32) as u32, order);
            }
        }
    )* };
}

define_halves! { AtomicI64, i64; AtomicU64, u64; }
