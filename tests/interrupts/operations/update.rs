//! The loops around `compare_exchange`.

use indivisible::atomic::{AtomicInteger, AtomicU32, Ordering::Relaxed};
use interloper_table::object;

const LIMIT: u32 = 103;

/// An exchange that may fail, and the failure is ignored.
#[inline(always)]
fn exchange_once(word: &AtomicU32, f: impl FnOnce(u32) -> u32) -> u32 {
    let old = word.load(Relaxed);
    let _ = word.compare_exchange(old, f(old), Relaxed, Relaxed);
    old
}

object! {
    update: AtomicU32 = AtomicU32::new(0),
    // A sum overflows, or passes the limit, exactly if the handler adds first.
    reset small |update| *update = AtomicU32::new(100),
    reset large |update| *update = AtomicU32::new(u32::MAX - 2),
    main fn try_update(update) -> Result<u32, u32> { update.try_update(Relaxed, Relaxed, |old| old.checked_add(2)) },
    main fn update(update) -> u32 { update.update(Relaxed, Relaxed, |old| old.rotate_left(1)) },
    main fn raise_to(update) -> u32 { update.raise_to(101) },
    main fn lower_to(update) -> u32 { update.lower_to(101) },
    main fn checked_add(update) -> Result<u32, u32> { update.checked_add(2, Relaxed) },
    main fn saturating_add(update) -> u32 { update.saturating_add(2, Relaxed) },
    main fn saturating_sub(update) -> u32 { update.saturating_sub(101, Relaxed) },
    main fn add_up_to(update) -> Result<u32, u32> { update.add_up_to(3, LIMIT, Relaxed) },
    core irq(1) fn fetch_add(update) -> u32 { update.fetch_add(1, Relaxed) },
    core irq(1) fn store(update) { update.store(102, Relaxed) },
    main fn try_update_once(update) -> Result<u32, u32> { Ok(exchange_once(update, |old| old.wrapping_add(2))) }
        wrong for try_update, caught by [fetch_add],
    main fn update_once(update) -> u32 { exchange_once(update, |old| old.rotate_left(1)) }
        wrong for update, caught by [fetch_add],
    main fn raise_once(update) -> u32 { exchange_once(update, |old| old.max(101)) }
        wrong for raise_to, caught by [fetch_add],
    main fn lower_once(update) -> u32 { exchange_once(update, |old| old.min(101)) }
        wrong for lower_to, caught by [fetch_add],
    main fn checked_add_once(update) -> Result<u32, u32> { Ok(exchange_once(update, |old| old.wrapping_add(2))) }
        wrong for checked_add, caught by [fetch_add],
    main fn saturating_add_once(update) -> u32 { exchange_once(update, |old| old.saturating_add(2)) }
        wrong for saturating_add, caught by [fetch_add],
    main fn saturating_sub_once(update) -> u32 { exchange_once(update, |old| old.saturating_sub(101)) }
        wrong for saturating_sub, caught by [fetch_add],
    // Takes below the limit as it was at the load: more than there are.
    main fn look_then_add(update) -> Result<u32, u32> {
        let old = update.load(Relaxed);
        if old > LIMIT - 3 { return Err(old) }
        Ok(update.fetch_add(3, Relaxed))
    } wrong for add_up_to, caught by [fetch_add],
    // Adds, looks, and subtracts what was too much: until then there is less than nothing left.
    main fn add_then_look(update) -> Result<u32, u32> {
        let old = update.fetch_add(3, Relaxed);
        if old > LIMIT - 3 {
            update.fetch_sub(3, Relaxed);
            return Err(old);
        }
        Ok(old)
    } wrong for add_up_to, caught by [fetch_add],
    state |update| update.load(Relaxed),
}
