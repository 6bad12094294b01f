//! `IdAllocator` and leases: a counter below a limit.

use indivisible::id::{IdAllocator, IdLease};
use models::explorer::{Log, Model};

#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Event {
    Allocate(Option<u8>),
    /// The first ID, and the number of IDs.
    Lease(Option<(u8, u8)>),
    /// A lease is dropped with this number of IDs left.
    Return {
        from: u8,
        to: u8,
    },
    Look {
        remaining: u8,
        leaked: u8,
    },
}

#[derive(Clone)]
struct Ids {
    next: u8,
    leaked: u8,
    limit: u8,
}

fn ids(limit: u8) -> Ids {
    Ids {
        next: 0,
        leaked: 0,
        limit,
    }
}

impl Ids {
    fn take(&mut self, n: u8) -> Option<(u8, u8)> {
        let (first, n) = (self.next, n.min(self.limit - self.next));
        self.next += n;
        (n > 0).then_some((first, n))
    }

    fn accepts(&mut self, event: &Event) -> bool {
        match *event {
            Event::Allocate(id) => self.take(1).map(|(first, _)| first) == id,
            // Every lease here has two IDs.
            Event::Lease(lease) => self.take(2) == lease,
            Event::Return { from, to } => {
                if self.next == to {
                    self.next = from;
                } else {
                    self.leaked += to - from;
                }
                true
            }
            Event::Look { remaining, leaked } => {
                remaining == self.limit - self.next && leaked == self.leaked
            }
        }
    }
}

fn allocate<const TIMES: usize>(ids: &IdAllocator<u8>, log: &Log<Event>) {
    for _ in 0..TIMES {
        log.call(|| Event::Allocate(ids.allocate().ok()));
    }
}

/// Leases two IDs, uses one, and drops the lease.
fn lease(ids: &IdAllocator<u8>, log: &Log<Event>) {
    let (mut lease, mut used) = (None, 0);
    log.call(|| {
        lease = ids.lease(2).ok();
        let held = lease.as_ref().map_or(0, IdLease::remaining);
        let first = lease.as_mut().and_then(Iterator::next);
        used = first.map_or(0, |first| first + 1);
        Event::Lease(first.map(|first| (first, held)))
    });
    if let Some(lease) = lease {
        let (from, to) = (used, used + lease.remaining());
        log.call(|| {
            drop(lease);
            Event::Return { from, to }
        });
    }
}

fn look(ids: &IdAllocator<u8>, log: &Log<Event>) {
    log.call(|| Event::Look {
        remaining: ids.remaining(),
        leaked: ids.leaked(),
    });
}

#[test]
fn two_allocate_three_times_each() {
    Model::new("IdAllocator of 5: 3 allocate | 3 allocate", || {
        IdAllocator::with_limit(5)
    })
    .actor(allocate::<3>)
    .actor(allocate::<3>)
    .last(look)
    .spurious(1)
    .check(&ids(5), Ids::accepts)
    .expect_at_least(6, [230_000, 16]);
}

#[test]
fn three_allocate_twice_each() {
    Model::new(
        "IdAllocator of 5: 2 allocate | 2 allocate | 2 allocate",
        || IdAllocator::with_limit(5),
    )
    .actor(allocate::<2>)
    .actor(allocate::<2>)
    .actor(allocate::<2>)
    .preemptions(4, 6)
    .check(&ids(5), Ids::accepts)
    .expect_at_least(90, [8_800, 72]);
}

#[test]
fn two_lease_and_one_allocates() {
    Model::new(
        "IdAllocator of 5: lease, drop | lease, drop | allocate",
        || IdAllocator::with_limit(5),
    )
    .actor(lease)
    .actor(lease)
    .actor(allocate::<1>)
    .last(look)
    .check(&ids(5), Ids::accepts)
    .expect_at_least(8, [19_000, 46]);
}

#[test]
fn a_lease_at_the_limit() {
    Model::new("IdAllocator of 3: lease, drop | 2 allocate", || {
        IdAllocator::with_limit(3)
    })
    .actor(lease)
    .actor(allocate::<2>)
    .last(look)
    .spurious(1)
    .check(&ids(3), Ids::accepts)
    .expect_at_least(4, [460, 5]);
}
