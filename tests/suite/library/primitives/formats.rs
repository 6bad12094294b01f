//! What `Debug`, `Display` and `Pointer` print, of each public type that implements them by hand.

use core::{error::Error, fmt, num::NonZero, ptr, sync::atomic::Ordering::Relaxed};
use indivisible::{
    atomic::AtomicPtr,
    id::{ExhaustedError, IdAllocator},
    latest::{ContendedError, Latest, WriterCell},
    once::{
        InitError, InitializingError, OnceLock, ReentrantError, SetError, TryInitError, TrySetError,
    },
    pool::{AtomicTaggedIndex, FreeList, Pool},
    progress::{ChangeError, Progress, SingleProgress},
    race::{AlreadySetError, OnceWord, RacyOnce},
    stats::{RecordersExhaustedError, ShardedStats, Stats},
    stop::StopSignal,
    wait::{WaitError, task::Wakers},
};

fn check_debug(values: &[(&dyn fmt::Debug, &str)]) {
    for (value, expected) in values {
        assert_eq!(format!("{value:?}"), *expected);
    }
}

#[test]
fn pointers_show_the_address_they_hold() {
    let address = ptr::without_provenance_mut::<u8>(0x20);
    assert_eq!(format!("{:p}", AtomicPtr::new(address)), "0x20");
}

#[test]
fn progress_shows_its_steps() {
    let shared = Progress::new(3);
    shared.advance(1);
    let mut single = SingleProgress::new(3);
    let (mut writer, single) = single.split();
    writer.advance(2);
    check_debug(&[
        (&shared, "Progress { done: 1, total: 3, .. }"),
        (single, "SingleProgress { done: 2, total: 3, .. }"),
        (&writer, "Writer(SingleProgress { done: 2, total: 3, .. })"),
    ]);
}

#[test]
fn identifiers_show_how_far_they_are() {
    let ids = IdAllocator::<u32>::with_limit(9);
    let lease = ids.lease(4).unwrap();
    check_debug(&[
        (&ids, "IdAllocator { next: 4, limit: 9 }"),
        (&lease, "IdLease { remaining: 4 }"),
    ]);
}

#[test]
fn cells_show_their_value_or_that_there_is_none() {
    const VALUE: NonZero<u8> = NonZero::new(7).unwrap();
    let word = OnceWord::new();
    let racy = RacyOnce::new();
    let lock = OnceLock::<u8>::new();
    check_debug(&[
        (&word, "OnceWord(<uninit>)"),
        (&racy, "RacyOnce(<uninit>)"),
        (&lock, "OnceLock(<uninit>)"),
    ]);
    word.set(VALUE).unwrap();
    racy.get_or_init(|| VALUE);
    lock.try_set(7).unwrap();
    check_debug(&[
        (&word, "OnceWord(7)"),
        (&racy, "RacyOnce(7)"),
        (&lock, "OnceLock(7)"),
    ]);
}

#[test]
fn latest_shows_its_value() {
    let latest = Latest::<u32>::new_with(7);
    let mut reader = latest.reader();
    check_debug(&[
        (&latest, "Latest(Ok(Some(7)))"),
        (&reader, "Reader { is_behind: true, .. }"),
    ]);
    let _ = reader.read();
    check_debug(&[(&reader, "Reader { is_behind: false, .. }")]);
    let mut split = Latest::<u32>::new_with(8);
    let (writer, _) = split.split();
    check_debug(&[(&writer, "Writer(Some(8))")]);
}

#[test]
fn a_cell_of_a_writer_shows_whether_it_is_borrowed() {
    let latest = Latest::<u32>::new_with(7);
    let cell = WriterCell::new(&latest);
    let free = "WriterCell { latest: Latest(Ok(Some(7))), is_borrowed: false }";
    let borrowed = "WriterCell { latest: Latest(Ok(Some(7))), is_borrowed: true }";
    check_debug(&[(&cell, free)]);
    let writer = cell.try_borrow().unwrap();
    check_debug(&[(&writer, "WriterRef(Some(7))"), (&cell, borrowed)]);
    drop(writer);
    check_debug(&[(&cell, free)]);
}

#[test]
fn pools_show_the_next_free_place() {
    let pool = Pool::<u8, 2>::new();
    let handle = pool.try_alloc(7).unwrap();
    let list = FreeList::<2>::new();
    let slot = list.pop().unwrap();
    let tagged = AtomicTaggedIndex::<8>::new(3).load(Relaxed);
    check_debug(&[
        (&pool, "Pool { free: FreeList { first: 1, .. }, .. }"),
        (&handle, "7"),
        (&list, "FreeList { first: 1, .. }"),
        (&slot, "Slot(0)"),
        (&tagged, "TaggedIndex { index: 3, tag: 0 }"),
    ]);
}

#[test]
fn statistics_show_their_sums() {
    let stats = Stats::<u32>::new();
    stats.record(4);
    let mut sharded = ShardedStats::<1>::new();
    let ([mut recorder], sharded) = sharded.split();
    recorder.record(4);
    check_debug(&[
        (&stats, "Stats { count: 1, total: 4, max: 4 }"),
        (
            sharded,
            "ShardedStats(Ok(Summary { count: 1, total: 4, min: Some(4), max: Some(4) }))",
        ),
        (&recorder, "Recorder { .. }"),
    ]);
}

#[test]
fn signals_show_their_reason_and_wakers_their_waiters() {
    let stop = StopSignal::<NonZero<u8>>::new();
    check_debug(&[(&stop, "StopSignal { reason: None, .. }")]);
    stop.request_stop(NonZero::<u8>::MIN).unwrap();
    check_debug(&[
        (&stop, "StopSignal { reason: Some(1), .. }"),
        (&Wakers::<2>::new(), "Wakers { waiting: 0, .. }"),
    ]);
}

#[test]
fn errors_are_sentences() {
    let restart = Progress::new(1).try_restart(1).unwrap_err();
    let errors: &[(&dyn fmt::Display, &str)] = &[
        (
            &WaitError::InInterrupt,
            "waiting in an interrupt handler could last for ever",
        ),
        (
            &WaitError::InterruptsMasked,
            "waiting with interrupts masked could last for ever",
        ),
        (
            &WaitError::TooManyWaiters,
            "all places for waiters are taken",
        ),
        (
            &WaitError::Unprivileged,
            "unprivileged code cannot mask interrupts to wait",
        ),
        (
            &WaitError::Abandoned,
            "the writer was dropped before all steps were done",
        ),
        (&ExhaustedError, "all IDs have been allocated"),
        (&ContendedError, "a writer interfered with every attempt"),
        (
            &InitializingError,
            "the value is being initialized by another call",
        ),
        (
            &ReentrantError,
            "the initializer asked for the value that it computes",
        ),
        (&InitError::Failed(()), "the initializer failed"),
        (
            &InitError::<()>::Reentrant,
            "the initializer asked for the value that it computes",
        ),
        (&TryInitError::Failed(()), "the initializer failed"),
        (
            &TryInitError::<()>::Initializing,
            "the value is being initialized by another call",
        ),
        (&SetError::AlreadySet(()), "the value has already been set"),
        (
            &TrySetError::Initializing(()),
            "the value is being initialized by another call",
        ),
        (
            &ChangeError::Complete,
            "all steps are done: there is no further change",
        ),
        (
            &ChangeError::Wait(WaitError::Abandoned),
            "the writer was dropped before all steps were done",
        ),
        (
            &AlreadySetError { current: () },
            "the value has already been set",
        ),
        (&RecordersExhaustedError, "all recorders have been claimed"),
        (
            &restart,
            "steps are left, or another context restarts the progress",
        ),
    ];
    for (error, expected) in errors {
        assert_eq!(error.to_string(), *expected);
    }
}

/// A report prints an error and its sources.
#[test]
fn no_sentence_is_repeated_by_the_source() {
    let mut error: Option<&dyn Error> = Some(&ChangeError::Wait(WaitError::Abandoned));
    let mut sentences = Vec::new();
    while let Some(it) = error {
        sentences.push(it.to_string());
        error = it.source();
    }
    assert_eq!(sentences, [WaitError::Abandoned.to_string()]);
}
