use core::{iter::from_fn, num::NonZero};
use indivisible::id::{ExhaustedError, IdAllocator, Wrapping};
use integration_tests::race;
use proptest::prelude::*;
use std::{env, os::unix::process::ExitStatusExt, process::Command};

/// The ID in the model: the number of earlier ones, plus the first value of a non-zero ID.
trait Model: Copy {
    const FIRST: u128;

    fn number(self) -> u128;
}

macro_rules! ids {
    ($($module:ident, $Id:ty, $Raw:ident, $first:literal, $number:expr;)*) => { $(
        impl Model for $Id {
            const FIRST: u128 = $first;

            fn number(self) -> u128 {
                let number: fn($Id) -> $Raw = $number;
                number(self) as u128
            }
        }

        mod $module {
            use super::*;

            const LARGEST_HALF: $Raw = $Raw::MAX / 2;

            proptest! {
                #[test]
                fn checked_hands_out_each_once(limit in 0..=255u8, extra in 0..20u128) {
                    let limit = $Raw::from(limit);
                    let ids = IdAllocator::<$Id>::with_limit(limit);
                    hands_out(|| ids.allocate(), || ids.remaining() as u128, limit as u128, extra)?;
                    prop_assert_eq!(ids.limit(), limit);
                }

                #[test]
                fn roll_back_hands_out_each_once(limit in 0..=127u8, extra in 0..20u128) {
                    let limit = $Raw::from(limit);
                    let ids = IdAllocator::<$Id, _>::rolling_back(limit);
                    hands_out(|| ids.allocate(), || ids.remaining() as u128, limit as u128, extra)?;
                }

                #[test]
                fn abort_hands_out_each_once(limit in 0..=127u8) {
                    let limit = $Raw::from(limit);
                    let ids = IdAllocator::<$Id, _>::aborting(limit);
                    let below = || if ids.remaining() > 0 { Ok(ids.allocate()) } else { Err(ExhaustedError) };
                    hands_out(below, || ids.remaining() as u128, limit as u128, 1)?;
                }
            }

            #[test]
            fn none_and_one_and_all() -> Result<(), TestCaseError> {
                for limit in [0, 1] {
                    let ids = IdAllocator::<$Id>::with_limit(limit);
                    hands_out(|| ids.allocate(), || ids.remaining() as u128, limit as u128, 3)?;
                    let ids = IdAllocator::<$Id, _>::rolling_back(limit);
                    hands_out(|| ids.allocate(), || ids.remaining() as u128, limit as u128, 3)?;
                    assert_eq!(IdAllocator::<$Id, _>::aborting(limit).remaining(), limit);
                }
                for limit in [0, 1, 2, $Raw::MAX - 1, $Raw::MAX] {
                    let ids = IdAllocator::<$Id>::with_limit(limit);
                    assert_eq!(ids.lease(0).map(|it| it.remaining()), Ok(0));
                    for all in [limit.max(1), $Raw::MAX] {
                        let lease = ids.lease(all);
                        assert_eq!(lease.as_ref().map_or(0, |it| it.remaining()), limit);
                        assert_eq!(lease.is_err(), limit == 0);
                        assert_eq!((ids.remaining(), ids.leaked()), (0, 0));
                        assert_eq!(ids.lease(0).map(|it| it.remaining()), Ok(0));
                        assert_eq!(ids.lease(1).map(|it| it.remaining()), Err(ExhaustedError));
                        assert_eq!(ids.allocate().map(Model::number), Err(ExhaustedError));
                        drop(lease);
                        assert_eq!((ids.remaining(), ids.leaked()), (limit, 0));
                    }
                    // All but one, given back while another caller owns the last one.
                    if let Some(most) = limit.checked_sub(1).filter(|most| *most > 0) {
                        let lease = ids.lease(most);
                        assert_eq!(ids.allocate().map(Model::number), Ok(most as u128 + <$Id>::FIRST));
                        drop(lease);
                        assert_eq!((ids.remaining(), ids.leaked()), (0, most));
                    }
                }
                Ok(())
            }

            #[test]
            fn half_of_the_range_suffices_for_policies_that_add_first() {
                assert_eq!(IdAllocator::<$Id, _>::rolling_back(LARGEST_HALF).limit(), LARGEST_HALF);
                assert_eq!(IdAllocator::<$Id, _>::aborting(LARGEST_HALF).limit(), LARGEST_HALF);
                assert_eq!(IdAllocator::<$Id>::with_limit($Raw::MAX).remaining(), $Raw::MAX);
            }

            #[test]
            #[should_panic(expected = "half of the integer's range")]
            fn roll_back_refuses_more_than_half() {
                let _ = IdAllocator::<$Id, _>::rolling_back(LARGEST_HALF + 1);
            }

            #[test]
            #[should_panic(expected = "half of the integer's range")]
            fn abort_refuses_more_than_half() {
                let _ = IdAllocator::<$Id, _>::aborting(LARGEST_HALF + 1);
            }

            #[test]
            fn wrapping_counts_on() {
                let ids = IdAllocator::<$Id, Wrapping>::wrapping();
                for before in 0..600 {
                    let period = ($Raw::MAX as u128 + 1) - <$Id>::FIRST;
                    assert_eq!(ids.allocate().number(), before % period + <$Id>::FIRST);
                }
            }
        }
    )* };
}

ids! {
    u8, u8, u8, 0, |id| id;
    u16, u16, u16, 0, |id| id;
    u32, u32, u32, 0, |id| id;
    u64, u64, u64, 0, |id| id;
    usize, usize, usize, 0, |id| id;
    non_zero_u8, NonZero<u8>, u8, 1, NonZero::get;
    non_zero_u16, NonZero<u16>, u16, 1, NonZero::get;
    non_zero_u32, NonZero<u32>, u32, 1, NonZero::get;
    non_zero_u64, NonZero<u64>, u64, 1, NonZero::get;
    non_zero_usize, NonZero<usize>, usize, 1, NonZero::get;
}

/// `limit` consecutive IDs, then `extra` refusals, with the right `remaining` in between.
fn hands_out<T: Model>(
    allocate: impl Fn() -> Result<T, ExhaustedError>,
    remaining: impl Fn() -> u128,
    limit: u128,
    extra: u128,
) -> Result<(), TestCaseError> {
    for before in 0..limit {
        prop_assert_eq!(remaining(), limit - before);
        prop_assert_eq!(allocate().map(Model::number), Ok(before + T::FIRST));
    }
    for _ in 0..extra {
        prop_assert_eq!(remaining(), 0);
        prop_assert_eq!(allocate().map(Model::number), Err(ExhaustedError));
    }
    Ok(())
}

#[test]
fn the_whole_range_of_16_bits_comes_once() {
    let (plain, non_zero) = (
        IdAllocator::<u16>::new(),
        IdAllocator::<NonZero<u16>>::new(),
    );
    assert!(from_fn(|| plain.allocate().ok()).eq(0..u16::MAX));
    assert!(
        from_fn(|| non_zero.allocate().ok())
            .map(NonZero::get)
            .eq(1..=u16::MAX)
    );
}

/// All of `0..limit`, each handed out once, to some caller.
fn assert_complete(got: Vec<Vec<u16>>, limit: u16) {
    let mut all = got.concat();
    all.sort_unstable();
    assert!(
        all.into_iter().eq(0..limit),
        "an ID is missing, or was handed out twice"
    );
}

#[test]
#[should_panic(expected = "handed out twice")]
fn a_duplicate_is_found() {
    assert_complete(vec![vec![0, 1], vec![1, 2]], 3);
}

#[test]
fn no_id_comes_twice_to_checked_callers() {
    for threads in 2..=8 {
        let ids = IdAllocator::<u16>::with_limit(9_999);
        let got = race(threads, |_| {
            let mine: Vec<u16> = from_fn(|| ids.allocate().ok()).collect();
            assert_eq!(
                ids.allocate(),
                Err(ExhaustedError),
                "exhaustion is for ever"
            );
            mine
        });
        assert_complete(got, 9_999);
    }
}

#[test]
fn no_id_comes_twice_to_callers_that_roll_back() {
    for round in 0..200 {
        let ids = IdAllocator::<u8, _>::rolling_back(127);
        let got = race(2 + round % 7, |_| {
            // With refusals while others still allocate: many additions that are rolled back.
            let mine = (0..100).filter_map(|_| ids.allocate().ok());
            mine.map(u16::from).collect()
        });
        // A refusal may be early: an addition before its rollback hides nothing below the limit.
        assert_complete(got, if 100 * (2 + round % 7) >= 127 { 127 } else { 0 });
    }
}

#[test]
fn wrapping_callers_get_each_id_equally_often() {
    let ids = IdAllocator::<NonZero<u8>, Wrapping>::wrapping();
    let got = race(4, |_| {
        (0..255).map(|_| ids.allocate().get()).collect::<Vec<_>>()
    });
    let mut times = [0; 256];
    got.concat()
        .into_iter()
        .for_each(|id| times[usize::from(id)] += 1);
    assert_eq!(times[0], 0);
    assert!(times[1..].iter().all(|times| *times == 4));
}

const CHILD: &str = "INDIVISIBLE_TEST_RUNS_OUT_OF_IDS";

#[test]
fn abort_ends_the_process() {
    if env::var_os(CHILD).is_some() {
        let ids = IdAllocator::<u8, _>::aborting(1);
        let _ = ids.allocate();
        let _ = ids.allocate();
        return;
    }
    let child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "primitives::id::abort_ends_the_process"])
        .env(CHILD, "1")
        .output()
        .unwrap();
    const SIGABRT: i32 = 6;
    assert_eq!(child.status.signal(), Some(SIGABRT), "{child:?}");
}
