//! IDs by every policy, and leases of more and more.

use crate::measure::cost;
use core::num::NonZero;
use indivisible::id::{Aborting, ExhaustedError, IdAllocator, IdLease, RollingBack, Wrapping};

type Ids = IdAllocator<u32>;
type Lease = IdLease<'static, u32>;
type Allocated = Result<u32, ExhaustedError>;

pub(super) fn all() {
    checked();
    policies();
    leases();
}

fn checked() {
    static IDS: Ids = Ids::with_limit(1);
    cost!(
        2,
        "IdAllocator<_, Checked>::allocate",
        |it: &Ids| -> Allocated { it.allocate() },
        (&IDS)
    )
    .ok();
    cost!(
        2,
        "IdAllocator<_, Checked>::allocate, exhausted",
        |it: &Ids| -> Allocated { it.allocate() },
        (&IDS)
    )
    .err();
    cost!(
        2,
        "IdAllocator<_, Checked>::remaining",
        |it: &Ids| -> u32 { it.remaining() },
        (&IDS)
    );
    cost!(
        2,
        "IdAllocator<_, Checked>::leaked",
        |it: &Ids| -> u32 { it.leaked() },
        (&IDS)
    );

    type Some = IdAllocator<NonZero<u32>>;
    static SOME: Some = Some::with_limit(1);
    cost!(
        2,
        "IdAllocator<NonZero<u32>, Checked>::allocate",
        |it: &Some| -> Result<NonZero<u32>, ExhaustedError> { it.allocate() },
        (&SOME)
    )
    .ok();
}

fn policies() {
    type Back = IdAllocator<u32, RollingBack>;
    static BACK: Back = Back::rolling_back(1);
    cost!(
        2,
        "IdAllocator<_, RollingBack>::allocate",
        |it: &Back| -> Allocated { it.allocate() },
        (&BACK)
    )
    .ok();
    cost!(
        2,
        "IdAllocator<_, RollingBack>::allocate, exhausted",
        |it: &Back| -> Allocated { it.allocate() },
        (&BACK)
    )
    .err();

    type OrEnd = IdAllocator<u32, Aborting>;
    static OR_END: OrEnd = OrEnd::aborting(1);
    cost!(
        2,
        "IdAllocator<_, Aborting>::allocate",
        |it: &OrEnd| -> u32 { it.allocate() },
        (&OR_END)
    );

    type Again = IdAllocator<u32, Wrapping>;
    static AGAIN: Again = Again::wrapping();
    cost!(
        2,
        "IdAllocator<_, Wrapping>::allocate",
        |it: &Again| -> u32 { it.allocate() },
        (&AGAIN)
    );
}

fn leases() {
    static IDS: Ids = Ids::with_limit(100);
    macro_rules! lease {
        ($($n:literal)*) => { $(
            let lease = cost!(2, concat!("IdAllocator<_, Checked>::lease(", $n, ")"),
                |it: &'static Ids, n: u32| -> Result<Lease, ExhaustedError> { it.lease(n) }, (&IDS, $n));
            if let Ok(mut lease) = lease {
                cost!(1, concat!("IdLease::next, of ", $n), |it: &mut Lease| -> Option<u32> { it.next() }, (&mut lease));
                cost!(1, concat!("IdLease::remaining, of ", $n), |it: &Lease| -> u32 { it.remaining() }, (&lease));
                cost!(2, concat!("IdLease::drop, of ", $n), |it: Lease| { drop(it); }, (lease));
            }
        )* };
    }
    lease! { 4 64 }
    if let Ok(lease) = IDS.lease(4) {
        let _ = IDS.allocate();
        cost!(
            2,
            "IdLease::drop, leaked",
            |it: Lease| {
                drop(it);
            },
            (lease)
        );
    }
    if let Ok(mut lease) = IDS.lease(1) {
        let _ = lease.next();
        cost!(
            2,
            "IdLease::drop, empty",
            |it: Lease| {
                drop(it);
            },
            (lease)
        );
    }
}
