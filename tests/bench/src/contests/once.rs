//! Reads of a value that is set once, and of flags: one load each.

use core::{
    hint::black_box,
    num::NonZero,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
};

use indivisible::{
    once::OnceLock,
    race::{OnceWord, RacyOnce},
    stop::StopFlag,
};

use crate::{
    chapter::Lazy,
    contest::{Contest, Rival},
    side::{Side, same},
};

/// The value that is set.
const VALUE: u64 = 7;
const ONE: &[usize] = &[1];

/// Repeated reads of an object that holds [`VALUE`].
fn reads<T: Sync + 'static>(
    name: &'static str,
    make: impl Fn() -> T + Sync + 'static,
    read: impl Fn(&T) -> u64 + Copy + Sync + 'static,
) -> Side {
    Side::new(
        name,
        move |_| make(),
        move |object, run| run.repeat(|_| read(black_box(object))),
        |_, done| same("sum of the values read", done.sum(), VALUE * done.total()),
    )
}

pub(super) fn contests() -> Vec<Contest> {
    let number = || NonZero::new(VALUE as usize);
    vec![
        Contest {
            name: "OnceLock::get",
            ours: reads(
                "OnceLock",
                || {
                    let it: OnceLock<u64> = OnceLock::new();
                    it.try_set(VALUE).ok();
                    it
                },
                |it| it.get().copied().unwrap_or(0),
            ),
            rivals: vec![
                Rival::new(reads(
                    "std",
                    || std::sync::OnceLock::from(VALUE),
                    |it| it.get().copied().unwrap_or(0),
                ))
                .instructions(1.02),
                Rival::new(reads(
                    "once_cell",
                    || once_cell::sync::OnceCell::with_value(VALUE),
                    |it| it.get().copied().unwrap_or(0),
                ))
                .instructions(1.02),
                Rival::new(reads(
                    "spin",
                    || spin::Once::initialized(VALUE),
                    |it: &spin::Once<u64>| it.get().copied().unwrap_or(0),
                )),
            ],
            threads: ONE,
        },
        Contest {
            name: "OnceWord::get",
            ours: reads(
                "OnceWord",
                move || {
                    let it = OnceWord::new();
                    number().map(|number| it.set(number));
                    it
                },
                |it: &OnceWord<NonZero<usize>>| it.get().map_or(0, |it| it.get() as u64),
            ),
            rivals: vec![
                Rival::new(reads(
                    "once_cell",
                    move || {
                        let it = once_cell::race::OnceNonZeroUsize::new();
                        number().map(|number| it.set(number));
                        it
                    },
                    |it| it.get().map_or(0, |it| it.get() as u64),
                ))
                .instructions(1.02),
            ],
            threads: ONE,
        },
        Contest {
            name: "RacyOnce::get_or_init",
            ours: reads(
                "RacyOnce",
                RacyOnce::new,
                |it: &RacyOnce<NonZero<usize>>| {
                    it.get_or_init(|| NonZero::new(VALUE as usize).unwrap_or(NonZero::<usize>::MIN))
                        .get() as u64
                },
            ),
            rivals: vec![Rival::new(reads("the chapter's", Lazy::default, |it| {
                it.get(|| VALUE)
            }))],
            threads: ONE,
        },
        Contest {
            name: "StopFlag::stop_requested",
            ours: reads(
                "StopFlag",
                || {
                    let it = StopFlag::new();
                    it.request_stop();
                    it
                },
                |it| u64::from(it.stop_requested()) * VALUE,
            ),
            rivals: vec![
                Rival::new(reads(
                    "std AtomicBool",
                    || AtomicBool::new(true),
                    |it| u64::from(it.load(Relaxed)) * VALUE,
                ))
                .instructions(1.02),
            ],
            threads: ONE,
        },
        Contest {
            name: "StopFlag::request_stop",
            ours: Side::new(
                "StopFlag",
                |_| StopFlag::new(),
                |it, run| {
                    run.repeat(|_| {
                        black_box(it).request_stop();
                        0
                    })
                },
                |it, _| same("requested", it.stop_requested(), true),
            ),
            rivals: vec![
                Rival::new(Side::new(
                    "std AtomicBool",
                    |_| AtomicBool::new(false),
                    |it, run| {
                        run.repeat(|_| {
                            black_box(it).store(true, Relaxed);
                            0
                        })
                    },
                    |it, _| same("requested", it.load(Relaxed), true),
                ))
                .instructions(1.02),
            ],
            threads: ONE,
        },
    ]
}
