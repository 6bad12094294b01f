//! Memory from a static, handed out and given back in any context.
//!
//! - [`Pool`] owns the memory and lends [`Handle`]s: boxes without an allocator.
//! - [`FreeList`] hands out the indices of an array that lies elsewhere.
//! - [`AtomicTaggedIndex`] is the word that such lists are made of.
//!
//! # The ABA problem
//!
//! A stack of free indices, without tags:
//!
//! | one context pops | another pops and pushes |
//! |---|---|
//! | loads the head, A, and A's link to B | |
//! | | pops A, pops B, pushes A |
//! | the head is A, as expected: stores B as the head | |
//! | owns A | owns B, which is also free |
//!
//! The comparison finds the value A again, although the list has changed. So each pop also changes a
//! *tag* beside the index, and the exchange on the left fails.
//!
//! # What is promised
//!
//! A tag returns after 2^[`TAG_BITS`](FreeList::TAG_BITS) pops. The list is correct while fewer pops
//! complete during one stalled operation, which is one that another context preempts or overtakes
//! between its load of the head and its exchange. The index takes the bits that `N` needs; the tag has
//! the others of a `usize`, the widest word that is lock-free on every target. At one pop in
//! 31 cycles (a Cortex-M0) or in 5 ns (a host):
//!
//! | `N` | tag on 32 bits | all tags, 64 MHz | tag on 64 bits | all tags, host |
//! |---|---|---|---|---|
//! | up to 15 | 28 bits | 130 s | 60 bits | 182 years |
//! | up to 255 | 24 bits | 8 s | 56 bits | 11 years |
//! | up to 65,535 | 16 bits | 32 ms | 48 bits | 16 days |
//!
//! A handler on a single core would have to run for that long without a return to the context it
//! preempts.

mod free_list;
mod tagged;

pub use free_list::{FreeList, Slot};
pub use tagged::{AtomicTaggedIndex, TaggedIndex};

use crate::sync::{ReadModifyWrite, Target, UnsafeCell, impl_zero, zero};
use core::{
    fmt,
    marker::PhantomData,
    mem::{ManuallyDrop, MaybeUninit},
    ops::{Deref, DerefMut},
    panic::RefUnwindSafe,
    ptr::{self, NonNull},
};

/// `N` boxes for values of type `T`, in memory of its own, for a `static` or a local variable.
///
/// [`try_alloc`](Self::try_alloc) moves a value into a free box and returns its [`Handle`], whose drop
/// drops the value and frees the box. Both may be done from any context, also from interrupt handlers.
///
/// Needs read-modify-write; without compare-and-swap, allocating and freeing mask interrupts for one
/// exchange of one word each, never while a value is moved or dropped. How many allocations a stalled
/// operation tolerates is in [the module](self).
///
/// A pool of a zero-sized type is a counter of permits.
///
/// ```
/// use indivisible::Pool;
///
/// static PACKETS: Pool<[u8; 64], 2> = Pool::new();
/// let mut packet = PACKETS.try_alloc([0; 64]).unwrap();
/// packet[0] = 7;
/// let second = PACKETS.try_alloc([1; 64]).unwrap();
/// // None is left, and the value returns.
/// assert_eq!(PACKETS.try_alloc([2; 64]).unwrap_err(), [2; 64]);
/// drop(packet);
/// assert!(PACKETS.try_alloc([3; 64]).is_ok());
/// # drop(second);
/// ```
pub struct Pool<T, const N: usize> {
    free: FreeList<N>,
    places: [Place<T>; N],
}

/// The memory of one value: initialised while its index has an owner, and uninitialised while it is free.
struct Place<T>(UnsafeCell<MaybeUninit<T>>);

impl<T> Place<T> {
    #[cfg_attr(no_const, no_const::no_const)]
    const fn new() -> Self {
        Self(UnsafeCell::new(MaybeUninit::uninit()))
    }
}

impl_zero! { [T] Place<T> = Self::new(); }

#[allow(
    unsafe_code,
    reason = "the memory of an index belongs to the owner of the index"
)]
// SAFETY: through a shared pool, a context reaches a place only by the handle that owns its index.
// A value may be moved in by one context and out by another, hence `T: Send`. The free list hands an
// index to one owner at a time, and makes the accesses of the last owner happen before it does.
unsafe impl<T: Send, const N: usize> Sync for Pool<T, N> {}

/// The pool is whole whenever user code can panic: while a value is moved in or dropped, its index has
/// an owner.
impl<T, const N: usize> RefUnwindSafe for Pool<T, N> {}

impl<T, const N: usize> Pool<T, N> {
    /// Creates the pool with every box free.
    #[must_use]
    #[cfg_attr(no_const, no_const::no_const)]
    pub const fn new() -> Self
    where
        for<'a> Target<'a>: ReadModifyWrite,
    {
        Self {
            free: FreeList::new(),
            places: zero!([Place<T>; N]),
        }
    }

    /// Moves `value` into a free box.
    ///
    /// # Errors
    ///
    /// `value`, if no box is free.
    #[inline]
    pub fn try_alloc(&self, value: T) -> Result<Handle<'_, T, N>, T> {
        let Some(slot) = self.free.pop() else {
            return Err(value);
        };
        let handle = self.handle(ManuallyDrop::new(slot).index());
        #[allow(unsafe_code, reason = "see `Pool`'s `Sync`")]
        // SAFETY: the slot made this context the owner of the place, which holds no value.
        handle.place().with_mut(|place| unsafe {
            (*place).write(value);
        });
        Ok(handle)
    }

    /// Makes a handle again of what [`Handle::into_raw`] gave out. The address alone decides: a pointer
    /// made of the number in a descriptor is as good as the original.
    ///
    /// # Safety
    ///
    /// `value` has the address that `into_raw` returned for a handle of this very pool, which has not moved since,
    /// and no handle has been made of it since. It points to a valid `T`, and hardware or other code that reads or writes
    /// there has ended, in a way that makes its accesses happen before this call.
    #[inline]
    #[must_use = "the box is freed at once"]
    #[allow(unsafe_code, reason = "the caller guarantees what the memory holds")]
    #[allow(
        clippy::wrong_self_convention,
        reason = "as `Box::from_raw`, and the pool is where the box has its allocator"
    )]
    pub unsafe fn from_raw(&self, value: NonNull<T>) -> Handle<'_, T, N> {
        let first = self.first_address();
        self.handle((value.addr().get() - first) / Self::STRIDE)
    }

    /// The distance of two addresses that [`Handle::into_raw`] returns.
    const STRIDE: usize = if size_of::<Place<T>>() == 0 {
        numbered(align_of::<T>(), N)
    } else {
        size_of::<Place<T>>()
    };

    /// The address that [`Handle::into_raw`] returns for index 0. Values without a size all have one
    /// address; in raw form, each has a number of its own, which is as valid for them.
    fn first_address(&self) -> usize {
        if size_of::<Place<T>>() == 0 {
            Self::STRIDE
        } else {
            self.places.as_ptr().addr()
        }
    }

    /// The handle of an index that the caller owns.
    #[inline(always)]
    fn handle(&self, index: usize) -> Handle<'_, T, N> {
        Handle {
            pool: self,
            index,
            value: PhantomData,
        }
    }
}

/// The distance of the addresses of `n` values without a size, which begin at the first distance from 0.
///
/// # Panics
///
/// Where the last one is no address; for a pool, when compiling.
const fn numbered(align: usize, n: usize) -> usize {
    assert!(
        align.checked_mul(n).is_some(),
        "the addresses of so many values of this alignment overflow"
    );
    align
}

impl<T, const N: usize> Default for Pool<T, N>
where
    for<'a> Target<'a>: ReadModifyWrite,
{
    fn default() -> Self {
        Self::new()
    }
}

impl<T, const N: usize> fmt::Debug for Pool<T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool")
            .field("free", &self.free)
            .finish_non_exhaustive()
    }
}

#[cfg(feature = "defmt")]
impl<T, const N: usize> defmt::Format for Pool<T, N> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Pool({})", self.free);
    }
}

/// A value in a box of a [`Pool`]. Dropping the handle drops the value and frees the box, also if the
/// value's destructor panics.
///
/// As of `Box`, its functions have no `self`, so that they do not hide those of `T`.
#[must_use = "the value is dropped and its box freed at once"]
pub struct Handle<'a, T, const N: usize> {
    pool: &'a Pool<T, N>,
    index: usize,
    /// The handle owns a value, for the drop check and the auto traits.
    value: PhantomData<T>,
}

#[allow(unsafe_code, reason = "a shared handle lends its value")]
// SAFETY: a shared handle gives shared references to its value, and nothing else.
unsafe impl<T: Sync, const N: usize> Sync for Handle<'_, T, N> {}

/// The value does not move with its handle.
impl<T, const N: usize> Unpin for Handle<'_, T, N> {}

impl<'a, T, const N: usize> Handle<'a, T, N> {
    /// Moves the value out, and frees the box.
    #[inline]
    pub fn into_inner(handle: Self) -> T {
        let handle = ManuallyDrop::new(handle);
        let _freed_last = handle.pool.free.slot(handle.index);
        #[allow(unsafe_code, reason = "see `Pool`'s `Sync`")]
        // SAFETY: the handle owned an initialised place, and its destructor does not run.
        handle
            .place()
            .with_mut(|place| unsafe { (*place).assume_init_read() })
    }

    /// Gives up the handle and leaves the value in its box, for hardware or a mailbox; [`Pool::from_raw`] makes a
    /// handle of it again. Until then its box is not free, and the value is not dropped.
    ///
    /// The pointer is valid for reads and writes as long as the pool is. With `T` of no size it points
    /// nowhere, which is enough for such a type.
    #[inline]
    #[must_use = "a value that does not return through `from_raw` is leaked"]
    pub fn into_raw(handle: Self) -> NonNull<T> {
        let handle = ManuallyDrop::new(handle);
        let pointer: *mut T = if size_of::<Place<T>>() == 0 {
            let before = handle.index * Pool::<T, N>::STRIDE;
            ptr::without_provenance_mut(handle.pool.first_address() + before)
        } else {
            handle.place().with_mut(<*mut MaybeUninit<T>>::cast)
        };
        #[allow(unsafe_code, reason = "it is not null")]
        // SAFETY: one is the address of a place, the other between the alignment of `T` and `N` times that, which
        // `numbered` has checked not to overflow.
        unsafe {
            NonNull::new_unchecked(pointer)
        }
    }

    #[inline(always)]
    fn place(&self) -> &'a UnsafeCell<MaybeUninit<T>> {
        #[allow(
            unsafe_code,
            reason = "a check would need a panic for its other branch"
        )]
        // SAFETY: the index is one that the pool's list handed out, and so below `N`.
        unsafe {
            &self.pool.places.get_unchecked(self.index).0
        }
    }
}

impl<T, const N: usize> Deref for Handle<'_, T, N> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        #[allow(unsafe_code, reason = "see `Pool`'s `Sync`")]
        // SAFETY: the handle owns an initialised place; it is borrowed as long as the reference lives.
        self.place()
            .with(|place| unsafe { (*place).assume_init_ref() })
    }
}

impl<T, const N: usize> DerefMut for Handle<'_, T, N> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        #[allow(unsafe_code, reason = "see `Pool`'s `Sync`")]
        // SAFETY: the handle owns an initialised place; it is mutably borrowed as long as the reference
        // lives.
        self.place()
            .with_mut(|place| unsafe { (*place).assume_init_mut() })
    }
}

impl<T, const N: usize> Drop for Handle<'_, T, N> {
    #[inline]
    fn drop(&mut self) {
        // Dropped at the end of this function, also where the value's destructor panics.
        let _freed_last = self.pool.free.slot(self.index);
        #[allow(unsafe_code, reason = "see `Pool`'s `Sync`")]
        // SAFETY: the handle owns an initialised place, and nothing reads it after this.
        self.place()
            .with_mut(|place| unsafe { (*place).assume_init_drop() });
    }
}

impl<T: fmt::Debug, const N: usize> fmt::Debug for Handle<'_, T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

#[cfg(feature = "defmt")]
impl<T: defmt::Format, const N: usize> defmt::Format for Handle<'_, T, N> {
    fn format(&self, f: defmt::Formatter<'_>) {
        T::format(self, f);
    }
}

#[cfg(test)]
mod tests {
    use super::{Handle, Pool, numbered};
    use core::{cell::Cell, panic::AssertUnwindSafe};
    use std::{format, panic::catch_unwind, string::String, vec::Vec};

    /// Counts its drops.
    struct Dropped<'a>(&'a Cell<u32>);

    impl Drop for Dropped<'_> {
        fn drop(&mut self) {
            self.0.set(self.0.get() + 1);
        }
    }

    #[test]
    fn values_are_moved_in_and_out_and_dropped_once() {
        let drops = Cell::new(0);
        let pool = Pool::<_, 2>::new();
        let first = pool.try_alloc(Dropped(&drops)).ok().unwrap();
        let second = pool.try_alloc(Dropped(&drops)).ok().unwrap();
        let third = pool.try_alloc(Dropped(&drops)).err().unwrap();
        assert_eq!(drops.get(), 0);
        drop(third);
        drop(first);
        assert_eq!(drops.get(), 2);
        let second = Handle::into_inner(second);
        assert_eq!(drops.get(), 2);
        drop(second);
        assert_eq!(drops.get(), 3);
    }

    #[test]
    fn a_destructor_that_panics_frees_the_box() {
        struct Panics<'a>(#[expect(dead_code, reason = "dropped after it")] Dropped<'a>);
        impl Drop for Panics<'_> {
            fn drop(&mut self) {
                panic!("planted");
            }
        }
        let drops = Cell::new(0);
        let pool = Pool::<_, 1>::new();
        for round in 1..=3 {
            let handle = pool.try_alloc(Panics(Dropped(&drops)));
            let dropped = catch_unwind(AssertUnwindSafe(|| drop(handle.ok().unwrap())));
            assert!(dropped.is_err());
            assert_eq!(drops.get(), round, "the fields are dropped");
        }
    }

    #[test]
    fn a_handle_that_is_unwound_frees_its_box() {
        let pool = Pool::<_, 1>::new();
        let unwound = catch_unwind(|| {
            let _handle = pool.try_alloc(String::from("held")).unwrap();
            panic!("planted");
        });
        assert!(unwound.is_err());
        assert!(pool.try_alloc(String::new()).is_ok());
    }

    #[test]
    fn raw_and_back() {
        fn goes<T: Copy + PartialEq + core::fmt::Debug>(value: T) {
            let pool = Pool::<T, 3>::new();
            let all = [(); 3].map(|()| pool.try_alloc(value).unwrap());
            let all = all.map(Handle::into_raw);
            assert!(all.iter().all(|pointer| pointer.is_aligned()));
            assert_ne!(all[0], all[1]);
            assert_ne!(all[1], all[2]);
            for pointer in all {
                assert!(pool.try_alloc(value).is_err(), "a raw box is not free");
                #[allow(unsafe_code, reason = "its contract is kept")]
                // SAFETY: each comes from `into_raw`, and is passed once.
                let handle = unsafe { pool.from_raw(pointer) };
                assert_eq!(*handle, value);
                drop(handle);
                let again = pool.try_alloc(value).unwrap();
                assert_eq!(Handle::into_raw(again), pointer, "it was this one's box");
            }
        }
        goes(7_u8);
        goes([1_u16, 2, 3]);
        goes(1_u64 << 40);
        goes(());
        goes([0_u64; 0]);
    }

    /// On 32 bits, a type can have such an alignment.
    #[test]
    #[should_panic(expected = "overflow")]
    fn no_address_of_a_value_without_a_size_is_null() {
        const ALIGN: usize = 1 << (usize::BITS - 3);
        assert_eq!(numbered(ALIGN, 7), ALIGN);
        numbered(ALIGN, 8);
    }

    #[test]
    fn boxes_without_a_size_are_permits() {
        let permits = Pool::<(), 2>::new();
        let all: Vec<_> = core::iter::from_fn(|| permits.try_alloc(()).ok()).collect();
        assert_eq!(all.len(), 2);
        drop(all);
        assert!(permits.try_alloc(()).is_ok());
    }

    #[test]
    fn a_pool_of_none_refuses() {
        assert_eq!(Pool::<u8, 0>::new().try_alloc(1).unwrap_err(), 1);
    }

    #[test]
    fn it_prints_without_its_values() {
        let pool = Pool::<u8, 2>::default();
        let handle = pool.try_alloc(7).unwrap();
        assert_eq!(
            format!("{pool:?} {handle:?}"),
            "Pool { free: FreeList { first: 1, .. }, .. } 7"
        );
    }
}
