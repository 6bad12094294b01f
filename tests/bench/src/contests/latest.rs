//! The last value of one writer: four equal words, so that a torn value is detected.
//!
//! Every object starts on a cache line of its own. For a peer without that alignment, the address from the allocator
//! decides more than the algorithm: a `SeqLock` across two lines is up to 20 times slower beside a writer than on one.
//! The table of sizes has the size of each object.

use core::hint::black_box;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;
use crossbeam_utils::{CachePadded, atomic::AtomicCell};
use indivisible::{
    latest::{Latest, Writer},
    wait::Polling,
};
use left_right::{Absorb, ReadHandleFactory, WriteHandle};
use seqlock::SeqLock;
use tokio::sync::watch;

use crate::{
    contest::{Contest, Rival},
    side::{Run, Side, same},
};

type Words = [usize; 4];

/// An object with one writer and any number of readers.
trait Cell: Sync + Sized + 'static {
    const NAME: &'static str;
    type Writer<'a>
    where
        Self: 'a;
    type Reader<'a>
    where
        Self: 'a;

    fn new() -> Self;
    fn writer(&self) -> Self::Writer<'_>;
    fn reader(&self) -> Self::Reader<'_>;
    fn write(writer: &mut Self::Writer<'_>, words: Words);
    fn read(reader: &mut Self::Reader<'_>) -> Words;
}

/// Every peer, with a target of 1.0 for those numbers of threads; a seqlock, whose writers lock, has its own.
macro_rules! rivals {
    ($side:ident, [$($seqlock:ident $ratio:literal),*] $(, $target:ident)*) => {
        vec![
            Rival::new($side::<SeqLock<Words>>())$(.$seqlock($ratio))*,
            Rival::new($side::<ArcSwap<Words>>())$(.$target(1.0))*,
            Rival::new($side::<LeftRight>())$(.$target(1.0))*,
            Rival::new($side::<Mutex<Words>>())$(.$target(1.0))*,
            Rival::new($side::<Watch>())$(.$target(1.0))*,
            Rival::new($side::<AtomicCell<Words>>()),
            Rival::new($side::<Latest<Words, Polling, 4>>()),
        ]
    };
}
pub(super) fn contests() -> Vec<Contest> {
    vec![
        Contest {
            name: "Latest read; 2 threads: beside a writer in a loop",
            ours: reading::<Latest<Words>>(),
            rivals: rivals!(reading, [one 1.15, two 1.5], one, two),
            threads: &[1, 2],
        },
        Contest {
            name: "Latest read, no writer",
            ours: only_reading::<Latest<Words>>(),
            rivals: rivals!(only_reading, []),
            threads: &[2, 8],
        },
        Contest {
            name: "Latest write; 2 threads: beside a reader in a loop",
            ours: writing::<Latest<Words>>(),
            rivals: rivals!(writing, [one 1.0, two 0.15], one, two),
            threads: &[1, 2],
        },
    ]
}

/// One if the value is torn, else zero.
fn torn([a, b, c, d]: Words) -> u64 {
    u64::from(a != b || b != c || c != d)
}

/// The number of torn reads, after at least one write.
fn read<C: Cell>(cell: &C, run: &Run<'_>) -> u64 {
    if run.thread == 0 {
        C::write(&mut cell.writer(), [1; 4]);
    }
    let mut reader = cell.reader();
    run.repeat(|_| torn(C::read(&mut reader)))
}

fn reading<C: Cell>() -> Side {
    let side = Side::new(
        C::NAME,
        |_| CachePadded::new(C::new()),
        |cell, run| {
            if !run.is_company() {
                return read(&**cell, run);
            }
            let mut writer = cell.writer();
            run.accompany(|i| {
                C::write(&mut writer, [i as usize; 4]);
                0
            })
        },
        |_, done| same("torn reads", done.sum(), 0),
    );
    side.beside_company()
}

fn only_reading<C: Cell>() -> Side {
    Side::new(
        C::NAME,
        |_| CachePadded::new(C::new()),
        |cell, run| read(&**cell, run),
        |_, done| same("torn reads", done.sum(), 0),
    )
}

fn writing<C: Cell>() -> Side {
    let side = Side::new(
        C::NAME,
        |_| CachePadded::new(C::new()),
        |cell, run| {
            if run.is_company() {
                let mut reader = cell.reader();
                return run.accompany(|_| torn(C::read(&mut reader)));
            }
            let mut writer = cell.writer();
            run.repeat(|i| {
                C::write(&mut writer, [black_box(i as usize); 4]);
                0
            })
        },
        |cell, done| {
            same("torn reads", done.sum(), 0)?;
            same(
                "the last value",
                C::read(&mut cell.reader()),
                [done.ops as usize - 1; 4],
            )
        },
    );
    side.beside_company()
}

impl<const SLOTS: usize> Cell for Latest<Words, Polling, SLOTS> {
    const NAME: &'static str = if SLOTS == 2 {
        "Latest"
    } else {
        "Latest of 4 slots"
    };
    type Writer<'a> = Option<Writer<'a, Words, Polling, SLOTS>>;
    type Reader<'a> = &'a Self;

    fn new() -> Self {
        Self::default()
    }

    fn writer(&self) -> Self::Writer<'_> {
        self.claim()
    }

    fn reader(&self) -> &Self {
        self
    }

    #[inline(always)]
    fn write(writer: &mut Self::Writer<'_>, words: Words) {
        if let Some(writer) = writer {
            writer.publish(words);
        }
    }

    #[inline(always)]
    fn read(latest: &mut &Self) -> Words {
        latest.read().unwrap_or_default()
    }
}

/// Implemented by peers that are written and read through a shared reference.
macro_rules! shared {
    ($Cell:ty, $name:literal, $new:expr, |$cell:ident, $words:ident| $write:expr, $read:expr) => {
        impl Cell for $Cell {
            const NAME: &'static str = $name;
            type Writer<'a> = &'a Self;
            type Reader<'a> = &'a Self;

            fn new() -> Self {
                $new
            }

            fn writer(&self) -> &Self {
                self
            }

            fn reader(&self) -> &Self {
                self
            }

            #[inline(always)]
            fn write($cell: &mut &Self, $words: Words) {
                $write;
            }

            #[inline(always)]
            fn read($cell: &mut &Self) -> Words {
                $read
            }
        }
    };
}

shared! {
    SeqLock<Words>, "seqlock", Self::new([0; 4]),
    |cell, words| *cell.lock_write() = words, SeqLock::read(cell)
}
shared! {
    ArcSwap<Words>, "arc-swap", Self::from_pointee([0; 4]),
    |cell, words| cell.store(Arc::new(words)), **cell.load()
}
shared! {
    Mutex<Words>, "std Mutex", Self::new([0; 4]),
    |cell, words| *cell.lock().unwrap_or_else(PoisonError::into_inner) = words,
    *cell.lock().unwrap_or_else(PoisonError::into_inner)
}
shared! {
    AtomicCell<Words>, "crossbeam AtomicCell", Self::new([0; 4]),
    |cell, words| cell.store(words), cell.load()
}

/// Each reader has its own receiver.
pub(crate) struct Watch(watch::Sender<Words>);

impl Cell for Watch {
    const NAME: &'static str = "tokio watch";
    type Writer<'a> = &'a watch::Sender<Words>;
    type Reader<'a> = watch::Receiver<Words>;

    fn new() -> Self {
        Self(watch::Sender::new([0; 4]))
    }

    fn writer(&self) -> Self::Writer<'_> {
        &self.0
    }

    fn reader(&self) -> Self::Reader<'_> {
        self.0.subscribe()
    }

    #[inline(always)]
    fn write(sender: &mut Self::Writer<'_>, words: Words) {
        sender.send_replace(words);
    }

    #[inline(always)]
    fn read(receiver: &mut Self::Reader<'_>) -> Words {
        *receiver.borrow()
    }
}

/// Only the owner can write, and each reader needs its own handle.
struct LeftRight {
    writer: Mutex<WriteHandle<Value, Words>>,
    readers: ReadHandleFactory<Value>,
}

#[derive(Clone, Default)]
struct Value(Words);

impl Absorb<Words> for Value {
    fn absorb_first(&mut self, words: &mut Words, _: &Self) {
        self.0 = *words;
    }

    fn sync_with(&mut self, first: &Self) {
        self.0 = first.0;
    }
}

impl Cell for LeftRight {
    const NAME: &'static str = "left-right";
    type Writer<'a> = MutexGuard<'a, WriteHandle<Value, Words>>;
    type Reader<'a> = left_right::ReadHandle<Value>;

    fn new() -> Self {
        let (mut writer, reader) = left_right::new::<Value, Words>();
        writer.publish();
        Self {
            writer: Mutex::new(writer),
            readers: reader.factory(),
        }
    }

    fn writer(&self) -> Self::Writer<'_> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn reader(&self) -> Self::Reader<'_> {
        self.readers.handle()
    }

    fn write(writer: &mut Self::Writer<'_>, words: Words) {
        writer.append(words).publish();
    }

    #[inline(always)]
    fn read(reader: &mut Self::Reader<'_>) -> Words {
        reader.enter().map_or([0; 4], |value| value.0)
    }
}
