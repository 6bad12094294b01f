//! Leases of IDs: no ID is handed out twice, and every ID is accounted for.

use core::num::NonZero;
use indivisible::id::{ExhaustedError, IdAllocator, IdLease};
use integration_tests::race;
use proptest::{collection::vec, prelude::*};
use std::collections::BTreeSet;

/// The next operation of one of several contexts. Each changes shared memory at most once, so an order of
/// operations is an interleaving.
#[derive(Clone, Copy, Debug)]
enum Op {
    Allocate,
    Lease(u8),
    /// Takes an ID from one of the leases.
    Next(usize),
    Drop(usize),
    /// Leaks its IDs.
    Forget(usize),
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        2 => Just(Op::Allocate),
        3 => prop_oneof![0..6_u8, Just(u8::MAX)].prop_map(Op::Lease),
        4 => any::<usize>().prop_map(Op::Next),
        3 => any::<usize>().prop_map(Op::Drop),
        1 => any::<usize>().prop_map(Op::Forget),
    ]
}

/// For one kind of IDs: checks after each operation that all are accounted for. `number` counts them from 0.
macro_rules! accounted_for {
    ($name:ident, $Id:ty, $Raw:ident, $number:expr) => {
        proptest! {
            #[test]
            fn $name(
                limit in prop_oneof![0..20 as $Raw, Just($Raw::MAX - 1), Just($Raw::MAX)],
                ops in vec(op(), 0..150),
            ) {
                let number: fn($Id) -> $Raw = $number;
                let ids = IdAllocator::<$Id>::with_limit(limit);
                let mut leases = Vec::<IdLease<'_, $Id>>::new();
                let (mut out, mut forgotten) = (BTreeSet::new(), 0);
                for op in ops {
                    let mut handed_out = None;
                    match op {
                        Op::Allocate => {
                            handed_out = ids.allocate().ok();
                            prop_assert!(handed_out.is_some() || ids.remaining() == 0);
                        }
                        Op::Lease(n) => match ids.lease(n.into()) {
                            Ok(lease) => {
                                prop_assert!(lease.remaining() <= n.into());
                                prop_assert_eq!(lease.remaining() == 0, n == 0);
                                leases.push(lease);
                            }
                            Err(ExhaustedError) => prop_assert!(n != 0 && ids.remaining() == 0),
                        },
                        Op::Next(lease) => {
                            if let Some(lease) = pick(lease, &mut leases) {
                                let held = lease.remaining();
                                prop_assert_eq!(lease.size_hint().0 as u128, held as u128);
                                handed_out = lease.next();
                                prop_assert_eq!(handed_out.is_some(), held > 0);
                            }
                        }
                        Op::Drop(lease) => drop(remove(lease, &mut leases)),
                        Op::Forget(lease) => {
                            if let Some(lease) = remove(lease, &mut leases) {
                                forgotten += lease.remaining();
                                core::mem::forget(lease);
                            }
                        }
                    }
                    if let Some(id) = handed_out {
                        prop_assert!(number(id) < limit, "{id:?} is not below the limit");
                        prop_assert!(out.insert(id), "{id:?} is handed out twice");
                    }
                    let held: $Raw = leases.iter().map(IdLease::remaining).sum();
                    let out = out.len() as $Raw;
                    let parts = [out, ids.leaked(), held, forgotten, ids.remaining()];
                    let sum: u128 = parts.iter().map(|part| *part as u128).sum();
                    prop_assert_eq!(sum, limit as u128, "handed out, leaked, leased, forgotten, remaining: {:?}", parts);
                }
            }
        }
    };
}

accounted_for! { every_u8, u8, u8, |id| id }
accounted_for! { every_u16, u16, u16, |id| id }
accounted_for! { every_u32, u32, u32, |id| id }
accounted_for! { every_u64, u64, u64, |id| id }
accounted_for! { every_usize, usize, usize, |id| id }
accounted_for! { every_non_zero_u8, NonZero<u8>, u8, |id| id.get() - 1 }
accounted_for! { every_non_zero_u32, NonZero<u32>, u32, |id| id.get() - 1 }
accounted_for! { every_non_zero_u64, NonZero<u64>, u64, |id| id.get() - 1 }

fn pick<T>(which: usize, among: &mut [T]) -> Option<&mut T> {
    let which = which.checked_rem(among.len())?;
    among.get_mut(which)
}

fn remove<T>(which: usize, among: &mut Vec<T>) -> Option<T> {
    let which = which.checked_rem(among.len())?;
    Some(among.swap_remove(which))
}

#[test]
fn threads_that_lease_never_share_an_id() {
    const LIMIT: u32 = 4_000;
    const THREADS: usize = 4;
    for _ in 0..20 {
        let ids = IdAllocator::<u32>::with_limit(LIMIT);
        let taken: Vec<Vec<u32>> = race(THREADS, |number| {
            let mut mine = Vec::new();
            loop {
                // Used-up leases, partly used leases, and single IDs in between.
                let size = 1 + (mine.len() as u32 + number as u32) % 7;
                let Ok(mut lease) = ids.lease(size) else {
                    return mine;
                };
                let used = if mine.len() % 3 == 0 { size } else { size / 2 };
                mine.extend(lease.by_ref().take(used as usize));
                drop(lease);
                mine.extend(ids.allocate());
            }
        });
        let handed_out: usize = taken.iter().map(Vec::len).sum();
        let different: BTreeSet<u32> = taken.into_iter().flatten().collect();
        assert_eq!(different.len(), handed_out, "an ID is handed out twice");
        assert!(different.iter().all(|id| *id < LIMIT));
        assert_eq!(ids.remaining(), 0);
        assert_eq!(handed_out as u32 + ids.leaked(), LIMIT);
    }
}
