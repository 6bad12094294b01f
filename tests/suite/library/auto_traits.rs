//! Compile-time tests: whether each public type is `Send`, `Sync` and `Copy`, with both answers.

use core::{
    cell::Cell,
    marker::{PhantomData, PhantomPinned},
    num::NonZero,
    panic::{RefUnwindSafe, UnwindSafe},
};
use indivisible::{atomic, id, latest, once, pool, progress, race, stats, stop, wait};
use static_assertions::{assert_impl_all, assert_not_impl_any};
use std::{rc::Rc, sync::MutexGuard};

/// `Send` and not `Sync`: `Cell`.
type SendOnly = Cell<u32>;
/// `Sync` and not `Send`.
type SyncOnly = MutexGuard<'static, u32>;
/// Neither.
type Local = Rc<u32>;

assert_impl_all!(SendOnly: Send);
assert_not_impl_any!(SendOnly: Sync);
assert_impl_all!(SyncOnly: Sync);
assert_not_impl_any!(SyncOnly: Send);

mod atomics {
    use super::*;

    macro_rules! words {
        ($($Atomic:ident)*) => { $(
            assert_impl_all!(atomic::$Atomic: Send, Sync, UnwindSafe, RefUnwindSafe, Unpin);
            assert_impl_all!(atomic::$Atomic: atomic::Atomic);
            assert_not_impl_any!(atomic::$Atomic: Clone);
        )* };
    }

    words! {
        AtomicBool
        AtomicI8 AtomicI16 AtomicI32 AtomicI64 AtomicIsize
        AtomicU8 AtomicU16 AtomicU32 AtomicU64 AtomicUsize
    }
    // A raw pointer is neither without a promise.
    assert_impl_all!(atomic::AtomicPtr<Local>: Send, Sync);
    assert_impl_all!(atomic::AtomicPtr<Local>: atomic::Atomic);
    assert_not_impl_any!(atomic::AtomicPtr<u32>: Clone);
    assert_impl_all!(atomic::AtomicI64: atomic::AtomicInteger);
    assert_not_impl_any!(atomic::AtomicBool: atomic::AtomicInteger);
    // The bounds that generic code needs of a word.
    assert_impl_all!(u8: atomic::AtomicPrimitive, atomic::Unsigned);
    assert_impl_all!(u64: atomic::AtomicPrimitive, atomic::Unsigned);
    assert_impl_all!(i64: atomic::AtomicPrimitive);
    assert_not_impl_any!(i64: atomic::Unsigned);
    assert_not_impl_any!(u128: atomic::AtomicPrimitive);
    assert_not_impl_any!(bool: atomic::AtomicPrimitive);
}

mod flags_and_progress {
    use super::*;
    use progress::{Progress, SingleProgress, Writer};
    use stop::StopSignal;
    use wait::{
        Interrupts, Polling, WaitError, WakeReason,
        task::{Listeners, Waiter, Wakers},
        thread::{Broadcast, CurrentThread, ThreadSlot},
    };

    /// The unparker of a writer.
    struct SendOnlyUnparker(#[allow(dead_code, reason = "for its traits")] SendOnly);

    impl wait::Unpark for SendOnlyUnparker {
        fn unpark(&self) {}
    }

    assert_impl_all!(stop::StopFlag: Send, Sync, UnwindSafe, RefUnwindSafe);
    assert_not_impl_any!(stop::StopFlag: Clone);
    assert_impl_all!(Progress: Send, Sync, RefUnwindSafe);
    assert_impl_all!(Progress<ThreadSlot>: Send, Sync);
    assert_impl_all!(SingleProgress<ThreadSlot>: Send, Sync);
    assert_impl_all!(SingleProgress<SendOnly>: Send);
    assert_not_impl_any!(SingleProgress<SendOnly>: Sync);
    assert_not_impl_any!(Progress<SyncOnly>: Send);
    assert_not_impl_any!(Progress<Local>: Send, Sync);
    assert_impl_all!(Writer<'static>: Send);
    assert_impl_all!(Writer<'static, ThreadSlot>: Send);
    assert_not_impl_any!(Writer<'static, SendOnlyUnparker>: Send);
    assert_not_impl_any!(Writer<'static>: Clone);
    assert_impl_all!(ThreadSlot: Send, Sync, UnwindSafe, RefUnwindSafe);
    assert_not_impl_any!(ThreadSlot: Clone);
    assert_impl_all!(StopSignal<NonZero<u8>>: Send, Sync, RefUnwindSafe);
    assert_impl_all!(StopSignal<&'static u32, ThreadSlot>: Send, Sync);
    assert_not_impl_any!(StopSignal<bool, SendOnly>: Sync);
    assert_not_impl_any!(StopSignal<bool, SyncOnly>: Send);
    assert_impl_all!(Broadcast: Send, Sync, UnwindSafe, RefUnwindSafe);
    assert_not_impl_any!(Broadcast: Clone);
    assert_impl_all!(Wakers<2>: Send, Sync, UnwindSafe, RefUnwindSafe);
    assert_impl_all!(Progress<Wakers<2>>: UnwindSafe, RefUnwindSafe);
    assert_impl_all!(StopSignal<bool, Wakers<2>>: UnwindSafe, RefUnwindSafe);
    assert_not_impl_any!(Wakers<2>: Clone);
    assert_impl_all!(Waiter<'static, Progress<Wakers<2>>>: Send, Sync, UnwindSafe, RefUnwindSafe);
    assert_not_impl_any!(Waiter<'static, Progress<Wakers<2>>>: Clone);
    assert_not_impl_any!(Waiter<'static, SendOnly>: Send, Sync);
    assert_impl_all!(Listeners: Send, Sync, UnwindSafe, RefUnwindSafe);
    assert_not_impl_any!(Listeners: Clone);
    assert_impl_all!(Interrupts: Send, Sync, Copy);
    assert_impl_all!(CurrentThread: Copy);
    assert_impl_all!(Polling: Send, Sync, Copy);
    assert_impl_all!(WakeReason: Send, Sync, Copy);
    assert_impl_all!(WaitError: Send, Sync, Copy, core::error::Error);
    assert_impl_all!(progress::ChangeError: Send, Sync, Copy, core::error::Error);
    assert_impl_all!(progress::RestartError: Send, Sync, Copy, core::error::Error);
    // A sleeper and a waker that never wakes it.
    assert_impl_all!(CurrentThread: wait::Park<ThreadSlot>, wait::Park<Broadcast>);
    assert_not_impl_any!(CurrentThread: wait::Park<Polling>);
    assert_not_impl_any!(CurrentThread: wait::Park<Interrupts>);
    assert_not_impl_any!(CurrentThread: wait::Park<Wakers<1>>);
    assert_not_impl_any!(Polling: wait::Park<ThreadSlot>);
}

/// A glob import brings no module with the name of a crate.
mod hides_no_crate {
    #[allow(unused_imports, reason = "for the names that it would shadow")]
    use indivisible::wait::*;

    const _: fn() = std::thread::yield_now;
    const _: fn() = core::hint::spin_loop;
}

mod statistics {
    use super::*;
    use stats::{Recorder, RecordersExhaustedError, ShardedStats, Stats, Summary, Window};

    assert_impl_all!(Stats: Send, Sync, RefUnwindSafe);
    assert_impl_all!(Stats<u64>: Send, Sync);
    assert_not_impl_any!(Stats: Clone);
    assert_impl_all!(Summary: Send, Sync, Copy);
    assert_not_impl_any!(Summary<Local>: Send, Sync);
    assert_impl_all!(Window: Send, Sync, Copy);
    assert_impl_all!(ShardedStats<2>: Send, Sync);
    assert_impl_all!(Recorder<'static>: Send);
    assert_not_impl_any!(Recorder<'static>: Clone);
    assert_impl_all!(RecordersExhaustedError: Send, Sync, core::error::Error);
}

mod latest_value {
    use super::*;
    use latest::{ContendedError, Latest, Reader, Waiter, Words, Writer, WriterCell, WriterRef};

    #[derive(Clone, Copy)]
    struct Token(PhantomData<*const ()>);

    impl Words for Token {
        type Repr = [usize; 1];

        fn into_words(self) -> [usize; 1] {
            [0]
        }

        fn from_words(_: [usize; 1]) -> Self {
            Self(PhantomData)
        }
    }

    assert_impl_all!(Latest<u32>: Send, Sync);
    // Words are sent; the type's own safe code makes the value in the reading thread.
    assert_not_impl_any!(Token: Send, Sync);
    assert_impl_all!(Latest<Token>: Send, Sync);
    assert_not_impl_any!(Latest<u32>: Clone);
    assert_impl_all!(Writer<'static, u32>: Send);
    assert_not_impl_any!(Writer<'static, u32>: Clone);
    assert_impl_all!(Reader<'static, u32>: Send, Clone);
    assert_not_impl_any!(Reader<'static, u32>: Copy);
    assert_impl_all!(Latest<u32, SyncOnly>: Sync);
    assert_not_impl_any!(Latest<u32, SendOnly>: Sync);
    assert_not_impl_any!(Writer<'static, u32, SendOnly>: Send);
    assert_not_impl_any!(Reader<'static, u32, SendOnly>: Send);
    assert_impl_all!(WriterCell<'static, u32>: Send, Sync);
    assert_not_impl_any!(WriterCell<'static, u32>: Clone);
    assert_not_impl_any!(WriterCell<'static, u32, SendOnly>: Sync);
    // Another writer could be swapped into it.
    assert_not_impl_any!(WriterRef<'static, u32>: Clone, core::ops::DerefMut);
    assert_impl_all!(Waiter<'static, u32, 1>: Send, Sync);
    // Another reader could be swapped into it.
    assert_not_impl_any!(Waiter<'static, u32, 1>: Clone, core::ops::DerefMut);
    assert_impl_all!(ContendedError: Send, Sync, core::error::Error);
}

mod ids {
    use super::*;
    use id::{Aborting, Checked, ExhaustedError, IdAllocator, IdLease, RollingBack, Wrapping};

    assert_impl_all!(IdAllocator<u8, Checked>: Send, Sync, RefUnwindSafe);
    assert_impl_all!(IdAllocator<NonZero<u64>, RollingBack>: Send, Sync);
    assert_impl_all!(IdAllocator<usize, Aborting>: Send, Sync);
    assert_impl_all!(IdAllocator<u16, Wrapping>: Send, Sync);
    assert_not_impl_any!(IdAllocator<u32>: Clone);
    assert_impl_all!(IdLease<'static, u32>: Send);
    assert_not_impl_any!(IdLease<'static, u32>: Clone);
    assert_impl_all!(ExhaustedError: Send, Sync, Copy, core::error::Error);
    assert_impl_all!(NonZero<u64>: id::Id);
    assert_not_impl_any!(i32: id::Id);
    assert_not_impl_any!(Wrapping: id::Limited);
}

mod lazy_values {
    use super::*;
    use race::{AlreadySetError, OnceValue, OnceWord, RacyOnce, RacyValue};

    assert_impl_all!(RacyOnce<NonZero<u32>>: Send, Sync, RefUnwindSafe);
    assert_impl_all!(OnceWord<NonZero<u64>>: Send, Sync, RefUnwindSafe);
    assert_impl_all!(RacyOnce<&'static u32>: Send, Sync);
    assert_impl_all!(OnceWord<&'static u32>: Send, Sync);
    // The value is reachable from every thread that has the cell.
    assert_impl_all!(&'static SyncOnly: RacyValue, OnceValue);
    assert_not_impl_any!(&'static SendOnly: RacyValue, OnceValue);
    assert_not_impl_any!(&'static Local: RacyValue, OnceValue);
    // Zero is the niche.
    assert_not_impl_any!(u32: RacyValue, OnceValue);
    assert_not_impl_any!(Option<NonZero<u32>>: RacyValue, OnceValue);
    assert_not_impl_any!(OnceWord<bool>: Clone);
    assert_impl_all!(AlreadySetError<bool>: Send, Sync, core::error::Error);
}

mod once_cells {
    use super::*;
    use once::{
        Blocking, InitError, InitializingError, OnceLock, ReentrantError, SetError, TryInitError,
        TrySetError,
    };
    use wait::task::Wakers;

    assert_impl_all!(OnceLock<u32>: Send, Sync, Unpin);
    assert_impl_all!(OnceLock<SendOnly>: Send);
    assert_not_impl_any!(OnceLock<SendOnly>: Sync);
    // A shared cell could be filled in one thread and dropped in another.
    assert_not_impl_any!(OnceLock<SyncOnly>: Send, Sync);
    assert_not_impl_any!(OnceLock<Local>: Send, Sync);
    assert_impl_all!(OnceLock<u32, Blocking>: Send, Sync);
    assert_impl_all!(OnceLock<SendOnly, Blocking>: Send);
    assert_not_impl_any!(OnceLock<SendOnly, Blocking>: Sync);
    assert_not_impl_any!(OnceLock<SyncOnly, Blocking>: Send, Sync);
    assert_impl_all!(OnceLock<u32, Wakers<2>>: Send, Sync);
    assert_not_impl_any!(OnceLock<SendOnly, Wakers<2>>: Sync);

    // As in std: a shared cell can also be filled, so the value must be both.
    assert_impl_all!(OnceLock<String>: UnwindSafe, RefUnwindSafe);
    assert_impl_all!(OnceLock<String, Blocking>: UnwindSafe, RefUnwindSafe);
    assert_impl_all!(OnceLock<String, Wakers<2>>: UnwindSafe, RefUnwindSafe);
    assert_impl_all!(OnceLock<SendOnly>: UnwindSafe);
    assert_not_impl_any!(OnceLock<SendOnly>: RefUnwindSafe);
    assert_not_impl_any!(OnceLock<&'static mut u32>: UnwindSafe, RefUnwindSafe);

    assert_impl_all!(OnceLock<String>: Clone, PartialEq, Eq, Default, From<String>);
    assert_impl_all!(OnceLock<String, Blocking>: Clone, PartialEq, Eq, Default, From<String>);
    assert_impl_all!(OnceLock<String, Wakers<2>>: Clone, PartialEq, Eq, Default, From<String>);
    assert_impl_all!(OnceLock<f32>: PartialEq);
    assert_not_impl_any!(OnceLock<f32>: Eq);
    assert_not_impl_any!(OnceLock<MutexGuard<'static, u32>>: Clone, PartialEq);

    assert_impl_all!(Blocking: Send, Sync, UnwindSafe, RefUnwindSafe);
    assert_not_impl_any!(Blocking: Clone);
    assert_impl_all!(InitializingError: Send, Sync, Copy, core::error::Error);
    assert_impl_all!(ReentrantError: Send, Sync, Copy, core::error::Error);
    assert_impl_all!(TrySetError<u32>: Send, Sync, core::error::Error);
    assert_impl_all!(SetError<u32>: Send, Sync, core::error::Error);
    assert_not_impl_any!(TrySetError<Local>: Send, Sync);
    assert_not_impl_any!(SetError<Local>: Send, Sync);
    assert_impl_all!(TryInitError<core::fmt::Error>: Send, Sync, core::error::Error);
    assert_impl_all!(InitError<core::fmt::Error>: Send, Sync, core::error::Error);
    assert_not_impl_any!(TryInitError<Local>: Send, Sync);
    assert_not_impl_any!(InitError<Local>: Send, Sync);
}

mod pools {
    use super::*;
    use pool::{AtomicTaggedIndex, FreeList, Handle, Pool, Slot, TaggedIndex};

    assert_impl_all!(TaggedIndex<4>: Send, Sync, Copy);
    assert_impl_all!(AtomicTaggedIndex<4>: Send, Sync, RefUnwindSafe);
    assert_impl_all!(FreeList<4>: Send, Sync, UnwindSafe, RefUnwindSafe);
    assert_impl_all!(Slot<'static, 4>: Send, Sync, UnwindSafe);
    assert_not_impl_any!(Slot<'static, 4>: Clone);

    assert_impl_all!(Pool<u32, 4>: Send, Sync, UnwindSafe, RefUnwindSafe, Unpin);
    // A shared pool moves values between contexts, and shares none.
    assert_impl_all!(Pool<SendOnly, 4>: Send, Sync);
    assert_not_impl_any!(Pool<SyncOnly, 4>: Send, Sync);
    assert_not_impl_any!(Pool<Local, 4>: Send, Sync);
    assert_not_impl_any!(Pool<u32, 4>: Clone);

    // As for `Box`.
    assert_impl_all!(Handle<'static, u32, 4>: Send, Sync, UnwindSafe, RefUnwindSafe);
    assert_impl_all!(Handle<'static, SendOnly, 4>: Send);
    assert_not_impl_any!(Handle<'static, SendOnly, 4>: Sync, RefUnwindSafe);
    assert_impl_all!(Handle<'static, SyncOnly, 4>: Sync);
    assert_not_impl_any!(Handle<'static, SyncOnly, 4>: Send);
    assert_not_impl_any!(Handle<'static, Local, 4>: Send, Sync);
    assert_not_impl_any!(Handle<'static, &'static mut u32, 4>: UnwindSafe);
    assert_impl_all!(Handle<'static, PhantomPinned, 4>: Unpin);
    assert_not_impl_any!(Handle<'static, u32, 4>: Clone);
}
