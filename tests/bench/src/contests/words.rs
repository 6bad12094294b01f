//! The atomic types, and the updates that load before they change the word.

use core::sync::atomic::{
    AtomicU64,
    Ordering::{AcqRel, Acquire, Relaxed, Release, SeqCst},
};

use indivisible::atomic::{self, AtomicInteger};

use super::THREADS;
use crate::{
    contest::{Contest, Rival},
    side::{Side, same},
};

/// A contest of one body over our type and over the types of the same name elsewhere.
macro_rules! contest {
    ($name:literal, $Atomic:ident, $initial:expr, |$it:ident, $i:ident| $op:expr) => {
        Contest {
            name: $name,
            ours: contest!(side "ours", atomic::$Atomic, $initial, |$it, $i| $op),
            rivals: vec![
                Rival::new(contest!(side "std", core::sync::atomic::$Atomic, $initial, |$it, $i| $op))
                    .instructions(1.02),
                Rival::new(contest!(side "portable-atomic", portable_atomic::$Atomic, $initial, |$it, $i| $op)),
            ],
            threads: &[1],
        }
    };
    (side $name:literal, $Atomic:ty, $initial:expr, |$it:ident, $i:ident| $op:expr) => {
        Side::new(
            $name,
            |_| <$Atomic>::new($initial),
            |it, run| {
                run.repeat(|$i| {
                    let $it = core::hint::black_box(it);
                    let result = $op;
                    result as u64
                })
            },
            |it, done| {
                // The same operations again, sequentially: their results, and the final value.
                let $it = &<$Atomic>::new($initial);
                let again = |sum: u64, $i: u64| {
                    let result = $op;
                    sum.wrapping_add(result as u64)
                };
                let sum = (0..done.ops).fold(0, again);
                same("sum of the results", done.sum(), sum)?;
                same("final value", it.load(Relaxed), $it.load(Relaxed))
            },
        )
    };
}

/// Every operation of a 32-bit word, and the operations that differ at other widths.
pub(super) fn counted() -> Vec<Contest> {
    vec![
        contest!("AtomicU32::load", AtomicU32, 5, |it, _i| it.load(Acquire)),
        contest!("AtomicU32::store", AtomicU32, 5, |it, i| {
            it.store(i as u32, Release);
            0
        }),
        contest!("AtomicU32::swap", AtomicU32, 5, |it, i| it
            .swap(i as u32, AcqRel)),
        contest!("AtomicU32::fetch_add", AtomicU32, 5, |it, i| it
            .fetch_add(i as u32, Relaxed)),
        contest!("AtomicU32::fetch_sub", AtomicU32, 5, |it, i| it
            .fetch_sub(i as u32, Relaxed)),
        contest!("AtomicU32::fetch_and", AtomicU32, 5, |it, i| it
            .fetch_and(i as u32, Relaxed)),
        contest!("AtomicU32::fetch_nand", AtomicU32, 5, |it, i| it
            .fetch_nand(i as u32, Relaxed)),
        contest!("AtomicU32::fetch_or", AtomicU32, 5, |it, i| it
            .fetch_or(i as u32, Relaxed)),
        contest!("AtomicU32::fetch_xor", AtomicU32, 5, |it, i| it
            .fetch_xor(i as u32, Relaxed)),
        contest!("AtomicU32::fetch_max", AtomicU32, 5, |it, i| it
            .fetch_max(i as u32, Relaxed)),
        contest!("AtomicU32::fetch_min", AtomicU32, 5, |it, i| it
            .fetch_min(i as u32, Relaxed)),
        contest!("AtomicU32::compare_exchange", AtomicU32, 0, |it, i| {
            it.compare_exchange(i as u32, i as u32 + 1, SeqCst, Relaxed)
                .unwrap_or(9)
        }),
        contest!("AtomicU32::compare_exchange_weak", AtomicU32, 0, |it, i| {
            it.compare_exchange_weak(i as u32, i as u32 + 1, SeqCst, Relaxed)
                .unwrap_or(9)
        }),
        contest!("AtomicU32::fetch_update", AtomicU32, 5, |it, i| {
            it.fetch_update(Relaxed, Relaxed, |old| old.checked_add(i as u32))
                .unwrap_or(9)
        }),
        contest!("AtomicU8::fetch_add", AtomicU8, 5, |it, i| it
            .fetch_add(i as u8, Relaxed)),
        contest!("AtomicU16::fetch_add", AtomicU16, 5, |it, i| it
            .fetch_add(i as u16, Relaxed)),
        contest!("AtomicU64::fetch_add", AtomicU64, 5, |it, i| it
            .fetch_add(i, SeqCst)),
        contest!("AtomicI32::fetch_min", AtomicI32, 5, |it, i| it
            .fetch_min(-(i as i32), Relaxed)),
        contest!("AtomicUsize::fetch_sub", AtomicUsize, 5, |it, i| it
            .fetch_sub(i as usize, Relaxed)),
        contest!("AtomicIsize::fetch_add", AtomicIsize, 5, |it, i| it
            .fetch_add(i as isize, Relaxed)),
        contest!("AtomicBool::load", AtomicBool, true, |it, _i| it
            .load(Relaxed)),
        contest!("AtomicBool::store", AtomicBool, true, |it, i| {
            it.store(i.is_multiple_of(3), SeqCst);
            0
        }),
        contest!("AtomicBool::swap", AtomicBool, true, |it, i| it
            .swap(i.is_multiple_of(3), AcqRel)),
        contest!("AtomicBool::fetch_xor", AtomicBool, true, |it, i| it
            .fetch_xor(i.is_multiple_of(3), Relaxed)),
    ]
}

/// Raises a word from `start` to each number in turn.
fn raising<T: Sync + 'static>(
    name: &'static str,
    start: u64,
    make: impl Fn(u64) -> T + Sync + 'static,
    raise: impl Fn(&T, u64) -> u64 + Copy + Sync + 'static,
) -> Side {
    Side::new(
        name,
        move |_| make(start),
        move |it, run| {
            run.repeat(|i| {
                raise(it, i);
                0
            })
        },
        move |it, done| same("maximum", raise(it, 0), start.max(done.ops - 1)),
    )
}

fn raise_to(start: u64) -> Side {
    raising("raise_to", start, atomic::AtomicU64::new, |it, value| {
        it.raise_to(value)
    })
}

fn fetch_max(start: u64) -> Side {
    raising("std fetch_max", start, AtomicU64::new, |it, value| {
        it.fetch_max(value, Relaxed)
    })
}

pub(super) fn contests() -> Vec<Contest> {
    vec![
        Contest {
            name: "atomic::raise_to, not larger",
            ours: raise_to(u64::MAX),
            rivals: vec![Rival::new(fetch_max(u64::MAX)).one(0.15).two(0.03)],
            threads: THREADS,
        },
        Contest {
            name: "atomic::raise_to, always larger",
            ours: raise_to(0),
            rivals: vec![Rival::new(fetch_max(0))],
            threads: &[1, 2],
        },
    ]
}
