//! Several threads: no torn values, no lost updates.

use indivisible::atomic::{
    self, AtomicInteger,
    Ordering::{Acquire, Relaxed, Release},
};
use std::thread;

#[test]
fn both_halves_of_64_bits_are_from_one_store() {
    const ROUNDS: u64 = 20_000;
    let word = atomic::AtomicU64::new(0);
    // Both halves are equal, so that a torn value is detected.
    let both = |n: u64| n << 32 | n;
    thread::scope(|threads| {
        threads.spawn(|| (0..ROUNDS).for_each(|n| word.store(both(n), Release)));
        threads.spawn(|| {
            let mut last = 0;
            for _ in 0..ROUNDS {
                let now = word.load(Acquire);
                assert_eq!(now, both(now & u64::from(u32::MAX)));
                assert!(now >= last, "a step back");
                last = now;
            }
        });
    });
}

#[test]
fn no_change_is_lost() {
    const EACH: u32 = 10_000;
    let (narrow, wide) = (atomic::AtomicU16::new(0), atomic::AtomicI64::new(0));
    let below = atomic::AtomicU32::new(0);
    thread::scope(|threads| {
        for _ in 0..4 {
            threads.spawn(|| {
                for _ in 0..EACH {
                    narrow.fetch_add(1, Relaxed);
                    wide.update(Relaxed, Relaxed, |old| old - (1 << 31));
                    let _ = below.add_up_to(3, EACH, Relaxed);
                }
            });
        }
    });
    assert_eq!(u32::from(narrow.into_inner()), EACH * 4 % (1 << 16));
    assert_eq!(wide.into_inner(), -(i64::from(EACH * 4) << 31));
    assert_eq!(below.into_inner(), EACH / 3 * 3);
}
