//! `IdAllocator`, each policy, and leases.

use indivisible::id::{Aborting, IdAllocator, IdLease, RollingBack, Wrapping};
use interloper_table::object;

type Checked = IdAllocator<u32>;
type Rolling = IdAllocator<u32, RollingBack>;
type Ending = IdAllocator<u32, Aborting>;
type Around = IdAllocator<u8, Wrapping>;

/// How many, and the first; the rest of the lease is forgotten, so that it is not given back.
#[inline(always)]
fn lease(ids: &Checked) -> Option<(u32, Option<u32>)> {
    let mut lease = ids.lease(2).ok()?;
    let held = lease.remaining();
    let first = lease.next();
    core::mem::forget(lease);
    Some((held, first))
}

object! {
    checked: Checked = IdAllocator::new(),
    reset plenty |checked| *checked = IdAllocator::with_limit(100),
    reset one |checked| *checked = IdAllocator::with_limit(1),
    reset none |checked| *checked = IdAllocator::with_limit(0),
    main core irq(1, 2) fn allocate(checked) -> Option<u32> { checked.allocate().ok() },
    main core irq(1) fn remaining(checked) -> u32 { checked.remaining() },
    main core irq(1, 2) fn lease(checked) -> Option<(u32, Option<u32>)> { lease(checked) },
    // Seen meanwhile.
    main fn allocate_from_a_lease(checked) -> Option<u32> { checked.lease(2).ok()?.next() }
        wrong for allocate, caught by [remaining],
    main fn lease_one_by_one(checked) -> Option<(u32, Option<u32>)> {
        let first = checked.allocate().ok()?;
        Some((1 + u32::from(checked.allocate().is_ok()), Some(first)))
    } wrong for lease, caught by [allocate],
    main fn remaining_on_average(checked) -> u32 { (checked.remaining() + checked.remaining()) / 2 }
        wrong for remaining, caught by [lease],
    state |checked| checked.remaining(),
}

object! {
    rolling: Rolling = Rolling::rolling_back(1),
    reset plenty |rolling| *rolling = Rolling::rolling_back(100),
    reset one |rolling| *rolling = Rolling::rolling_back(1),
    reset none |rolling| *rolling = Rolling::rolling_back(0),
    main core irq(1, 2) fn allocate(rolling) -> Option<u32> { rolling.allocate().ok() },
    main core irq(1) fn remaining(rolling) -> u32 { rolling.remaining() },
    // The last one is given away twice.
    main fn look_then_allocate(rolling) -> Option<u32> {
        let before = rolling.remaining();
        let id = rolling.allocate().ok();
        if before == 0 { None } else { id.or(Some(0)) }
    } wrong for allocate, caught by [allocate],
    state |rolling| rolling.remaining(),
}

object! {
    aborting: Ending = Ending::aborting(100),
    reset |aborting| *aborting = Ending::aborting(100),
    main core irq(1, 2) fn allocate(aborting) -> u32 { aborting.allocate() },
    main core irq(1) fn remaining(aborting) -> u32 { aborting.remaining() },
    main fn count_then_allocate(aborting) -> u32 {
        let id = 100 - aborting.remaining();
        let _ = aborting.allocate();
        id
    } wrong for allocate, caught by [allocate],
    state |aborting| aborting.remaining(),
}

fn after(allocated: usize) -> Around {
    let ids = IdAllocator::wrapping();
    (0..allocated).for_each(|_| { let _ = ids.allocate(); });
    ids
}

object! {
    wrapping: Around = IdAllocator::wrapping(),
    reset first |wrapping| *wrapping = after(0),
    // The last ID comes first.
    reset last |wrapping| *wrapping = after(255),
    main core irq(1, 2) fn allocate(wrapping) -> u8 { wrapping.allocate() },
    main fn allocate_two(wrapping) -> u8 { let _ = wrapping.allocate(); wrapping.allocate().wrapping_sub(1) }
        wrong for allocate, caught by [allocate],
}

// Giving a lease back.
object! {
    leased: Checked = IdAllocator::new(),
    handle held: Option<IdLease<'static, u32>> = None,
    reset whole |leased, held| {
        *leased = IdAllocator::with_limit(100);
        let leased: &'static Checked = leased;
        *held = leased.lease(3).ok();
    },
    reset used |leased, held| {
        *leased = IdAllocator::with_limit(100);
        let leased: &'static Checked = leased;
        *held = leased.lease(3).ok();
        held.iter_mut().flatten().for_each(|_| {});
    },
    main core fn drop(held) { *held = None },
    core irq(1, 2) fn allocate(leased) -> Option<u32> { leased.allocate().ok() },
    core irq(1) fn remaining(leased) -> u32 { leased.remaining() },
    core irq(1) fn leaked(leased) -> u32 { leased.leaked() },
    // Takes an ID of the lease first, and so leaks two or gives two back: seen meanwhile.
    main fn drop_and_lease_again(leased, held) {
        *held = None;
        *held = leased.lease(1).ok();
        *held = None;
    } wrong for drop, caught by [allocate],
    state |leased| [leased.remaining(), leased.leaked()],
}
