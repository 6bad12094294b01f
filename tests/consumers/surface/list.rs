//! Calls of every method and trait of the atomics: the same list compiles natively, with sections and on a
//! single core, and with `core`'s own atomics (`as_core.rs`).
#![no_std]

use core::fmt::{Debug, Pointer};
use indivisible::atomic::{self, Ordering, Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst}};

macro_rules! words {
    ($name:ident, $Atomic:ty, $Value:ty, $zero:expr; $($fetch:ident)*) => {
        pub mod $name {
            use super::*;

            pub static WORD: $Atomic = <$Atomic>::new($zero);
            /// Both are `const` in `std`.
            pub const VALUE: $Value = <$Atomic>::new($zero).into_inner();
            pub fn pointer(word: &'static $Atomic) -> *mut $Value {
                const fn of(word: &$Atomic) -> *mut $Value {
                    word.as_ptr()
                }
                of(word)
            }

            /// # Safety
            ///
            /// That of `from_ptr`.
            pub const unsafe fn at<'a>(value: *mut $Value) -> &'a $Atomic {
                // SAFETY: the caller's promise.
                unsafe { <$Atomic>::from_ptr(value) }
            }

            pub fn all(word: &$Atomic, value: $Value, order: Ordering) -> $Value {
                word.store(word.load(Acquire), Release);
                $(let _: $Value = word.$fetch(value, order);)*
                let _: $Value = word.swap(value, order);
                let _: Result<$Value, $Value> = word.compare_exchange(value, value, AcqRel, Acquire);
                let _: Result<$Value, $Value> = word.compare_exchange_weak(value, value, SeqCst, Relaxed);
                #[allow(deprecated, reason = "std has it, too")]
                let _: Result<$Value, $Value> = word.fetch_update(AcqRel, Acquire, Some);
                let _: Result<$Value, $Value> = word.try_update(AcqRel, Acquire, Some);
                word.update(AcqRel, Acquire, |old| old)
            }

            pub fn alone(mut word: $Atomic) -> $Value {
                let value: &mut $Value = word.get_mut();
                *value = $zero;
                word.into_inner()
            }

            pub fn traits() -> ($Atomic, $Atomic) {
                fn has<T: Default + From<$Value> + Debug + Send + Sync + Unpin>() {}
                has::<$Atomic>();
                (<$Atomic>::default(), <$Atomic>::from($zero))
            }
        }
    };
}

macro_rules! integers {
    ($($name:ident, $Atomic:ident, $Value:ident;)*) => { $(
        words! { $name, atomic::$Atomic, $Value, 0;
            fetch_add fetch_sub fetch_and fetch_nand fetch_or fetch_xor fetch_max fetch_min }
    )* };
}

words! { boolean, atomic::AtomicBool, bool, false; fetch_and fetch_nand fetch_or fetch_xor }
words! { pointer, atomic::AtomicPtr<u16>, *mut u16, core::ptr::null_mut(); }
integers! {
    i8, AtomicI8, i8; i16, AtomicI16, i16; i32, AtomicI32, i32; isize, AtomicIsize, isize;
    u8, AtomicU8, u8; u16, AtomicU16, u16; u32, AtomicU32, u32; usize, AtomicUsize, usize;
}

pub fn not(flag: &atomic::AtomicBool) -> bool {
    flag.fetch_not(AcqRel)
}

pub fn arithmetic(word: &atomic::AtomicPtr<u16>, n: usize) -> *mut u16 {
    fn has<T: Pointer>() {}
    has::<atomic::AtomicPtr<u16>>();
    let _ = (word.fetch_ptr_add(n, AcqRel), word.fetch_ptr_sub(n, AcqRel));
    let _ = (word.fetch_byte_add(n, AcqRel), word.fetch_byte_sub(n, AcqRel));
    let _ = (word.fetch_and(n, AcqRel), word.fetch_or(n, AcqRel));
    word.fetch_xor(n, AcqRel)
}

pub fn fences() {
    atomic::fence(SeqCst);
    atomic::compiler_fence(SeqCst);
}
