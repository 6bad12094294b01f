//! `IdAllocator` and its leases: no ID twice, and none leaks uncounted. Relaxed orderings suffice for that.

use indivisible::id::{IdAllocator, RollingBack};
use models::weak::Model;

fn told(id: Result<u8, impl Sized>) -> String {
    id.map_or_else(|_| "none".to_owned(), |id| id.to_string())
}

#[test]
fn the_last_of_two_ids_goes_to_one_of_three() {
    let allocate = |ids: &IdAllocator<u8>| told(ids.allocate());
    Model::new("IdAllocator of 2: allocate | allocate | allocate", || {
        IdAllocator::with_limit(2)
    })
    .actor(allocate)
    .actor(allocate)
    .actor(allocate)
    .preemptions(3, 4)
    .check(
        &[
            "0, 1, none",
            "0, none, 1",
            "1, 0, none",
            "1, none, 0",
            "none, 0, 1",
            "none, 1, 0",
        ],
        [4_400, 1_300],
    );
}

#[test]
fn rolling_back_gives_no_id_twice() {
    let allocate = |ids: &IdAllocator<u8, RollingBack>| told(ids.allocate());
    Model::new(
        "IdAllocator of 1, rolling back: allocate | allocate",
        || IdAllocator::<u8, _>::rolling_back(1),
    )
    .actor(allocate)
    .actor(allocate)
    .last(|ids| told(ids.allocate()))
    .check(&["0, none, none", "none, 0, none"], [14, 19]);
}

/// Three IDs. One thread leases two and uses one; the other allocates.
#[test]
fn a_lease_is_given_back_or_counted_leaked() {
    Model::new("IdAllocator of 3: lease, drop | allocate", || {
        IdAllocator::<u8>::with_limit(3)
    })
    .actor(|ids| match ids.lease(2) {
        Ok(mut lease) => told(lease.next().ok_or(())),
        Err(_) => "none".to_owned(),
    })
    .actor(|ids| told(ids.allocate()))
    .last(|ids| format!("{} leaked, {} left", ids.leaked(), ids.remaining()))
    .check(
        &[
            // The allocation comes before the lease, inside it, after it.
            "1, 0, 0 leaked, 1 left",
            "0, 2, 1 leaked, 0 left",
            "0, 1, 0 leaked, 1 left",
        ],
        [93, 33],
    );
}
