//! Allocation of IDs.

use core::array;

use indivisible::id::{IdAllocator, IdLease};

use super::THREADS;
use crate::{
    chapter::Ids,
    contest::{Contest, Rival},
    drawing,
    side::{Done, Side, same, sum_below},
};
use anyhow::Result;

/// What an exhausted allocator returns; not an ID.
const NONE: u64 = u64::MAX;
/// The number of IDs in a lease.
const LEASE: u32 = 64;

pub(super) fn contests() -> Vec<Contest> {
    vec![
        Contest {
            name: "IdAllocator::allocate (Checked)",
            ours: allocate(),
            rivals: vec![
                Rival::new(chapter()).one(1.0).two(0.6),
                Rival::new(chapter_adding()),
            ],
            threads: THREADS,
        },
        Contest {
            name: "leased IDs (leases of 64)",
            ours: leased(),
            rivals: vec![Rival::new(chapter()).one(0.2).two(0.03)],
            threads: THREADS,
        },
        Contest {
            name: "exhausted allocator",
            ours: exhausted(),
            rivals: vec![
                Rival::new(exhausted_adding()).one(0.2).two(0.05),
                Rival::new(exhausted_chapter()),
            ],
            threads: THREADS,
        },
    ]
}

/// Checks that the IDs from the first on were all handed out.
fn all_out(out: u64, done: &Done) -> Result<()> {
    same("IDs handed out", out, done.total())?;
    same("sum of the IDs", done.sum(), sum_below(done.total()))
}

fn allocate() -> Side {
    drawing! {
        "IdAllocator",
        |_| IdAllocator::<u32>::new(),
        |ids: IdAllocator<u32>| _state = (),
        |_| ids.allocate().map_or(NONE, u64::from),
        |ids, done| all_out((ids.limit() - ids.remaining()).into(), done)
    }
}

fn chapter() -> Side {
    drawing! {
        "the chapter's CAS loop",
        |_| Ids::new(u32::MAX),
        |ids: Ids| _state = (),
        |_| ids.exchange().map_or(NONE, u64::from),
        |ids, done| all_out(ids.handed_out().into(), done)
    }
}

fn chapter_adding() -> Side {
    drawing! {
        "the chapter's add-then-sub",
        |_| Ids::new(u32::MAX >> 1),
        |ids: Ids| _state = (),
        |_| ids.add_then_subtract().map_or(NONE, u64::from),
        |ids, done| all_out(ids.handed_out().into(), done)
    }
}

pub(crate) fn leased() -> Side {
    leases_of::<LEASE>("leases of 64")
}

/// Leases that are used up. The IDs that the last leases did not hand out were returned or leaked.
pub(crate) fn leases_of<const N: u32>(name: &'static str) -> Side {
    drawing! {
        name,
        |_| IdAllocator::<u32>::new(),
        |ids: IdAllocator<u32>| lease = empty(ids),
        |_| next_of::<N>(&mut lease, ids),
        |ids, done| {
            let gone = u64::from(ids.limit() - ids.remaining());
            same("IDs handed out", gone - u64::from(ids.leaked()), done.total())?;
            if ids.leaked() == 0 {
                same("sum of the IDs", done.sum(), sum_below(gone))?;
            }
            Ok(())
        }
    }
}

fn empty(ids: &IdAllocator<u32>) -> IdLease<'_, u32> {
    ids.lease(0).expect("a lease without IDs always succeeds")
}

/// The next ID of the lease; takes a new lease if this one is used up.
#[inline(always)]
fn next_of<'a, const N: u32>(lease: &mut IdLease<'a, u32>, ids: &'a IdAllocator<u32>) -> u64 {
    if let Some(id) = lease.next() {
        return id.into();
    }
    match ids.lease(N) {
        Ok(another) => {
            *lease = another;
            lease.next().map_or(NONE, u64::from)
        }
        Err(_) => NONE,
    }
}

/// `K` leases at once; IDs are taken from each in turn.
pub(crate) fn held<const K: usize>(name: &'static str) -> Side {
    Side::new(
        name,
        |_| IdAllocator::<u32>::new(),
        |ids, run| {
            let mut leases: [_; K] = array::from_fn(|_| empty(ids));
            run.repeat(|i| {
                let id = next_of::<LEASE>(&mut leases[i as usize % K], ids);
                u64::from(id != NONE)
            })
        },
        |_, done| same("IDs", done.sum(), done.total()),
    )
}

/// An allocator without a free ID.
fn refusing<T: Sync + 'static>(
    name: &'static str,
    make: impl Fn() -> T + Sync + 'static,
    allocate: impl Fn(&T) -> bool + Copy + Sync + 'static,
) -> Side {
    Side::new(
        name,
        move |_| make(),
        move |ids, run| run.repeat(|_| u64::from(!allocate(ids))),
        |_, done| same("refusals", done.sum(), done.total()),
    )
}

fn exhausted() -> Side {
    refusing(
        "IdAllocator",
        || IdAllocator::<u32>::with_limit(0),
        |ids| ids.allocate().is_ok(),
    )
}

fn exhausted_adding() -> Side {
    refusing(
        "the chapter's add-then-sub",
        || Ids::new(0),
        |ids| ids.add_then_subtract().is_some(),
    )
}

fn exhausted_chapter() -> Side {
    refusing(
        "the chapter's CAS loop",
        || Ids::new(0),
        |ids| ids.exchange().is_some(),
    )
}
