//! `OnceLock`: an initializer in main, and one in a handler that may preempt it.

use indivisible::once::{InitializingError, OnceLock, TrySetError};
use interloper_table::object;

type Value = [u32; 2];
type Set = Result<(), TrySetError<Value>>;
type Init = Result<&'static Value, InitializingError>;

/// Each word determines the other.
const fn value(number: u32) -> Value {
    [number, !number]
}

fn full() -> OnceLock<Value> {
    OnceLock::with_value(value(7))
}

// The initializer of the handler has ended when main goes on, so main never finds a running one.
object! {
    lock: OnceLock<Value> = OnceLock::new(),
    reset empty |lock| *lock = OnceLock::new(),
    reset full |lock| *lock = full(),
    main core irq(1) fn get(lock) -> Option<&'static Value> { lock.get() },
    main fn try_set(lock) -> Set { lock.try_set(value(1)) }
        extra Err(TrySetError::Initializing(_)) in [try_set_beside, try_set_within, try_get_or_init_within] elsewhere,
    main fn try_get_or_init(lock) -> Init { lock.try_get_or_init(|| value(1)) }
        extra Err(InitializingError) in [try_set_beside, try_set_within, try_get_or_init_within] elsewhere,
    core fn try_set_beside(lock) -> Set { lock.try_set(value(3)) }
        extra Err(TrySetError::Initializing(_))
            in [try_set, try_get_or_init, try_set_within, try_get_or_init_within] elsewhere,
    irq(1) fn try_set_within(lock) -> Set { lock.try_set(value(2)) }
        extra Err(TrySetError::Initializing(_)) in [try_set, try_get_or_init, try_set_beside],
    irq(1) fn try_get_or_init_within(lock) -> Init { lock.try_get_or_init(|| value(2)) }
        extra Err(InitializingError) in [try_set, try_get_or_init, try_set_beside],
    main fn set_without_looking(lock) -> Set {
        if lock.get().is_some() { return Err(TrySetError::AlreadySet(value(1))) }
        lock.try_set(value(1)).ok();
        Ok(())
    } wrong for try_set, caught by [try_set_within],
    main fn init_without_looking(lock) -> Init {
        if let Some(value) = lock.get() { return Ok(value) }
        lock.try_set(value(1)).ok();
        Ok(&[1, !1])
    } wrong for try_get_or_init, caught by [try_set_within],
    // Loads two values as one.
    main fn get_again(lock) -> Option<&'static Value> {
        match (lock.get(), lock.get()) {
            (None, Some(_)) => Some(&[0, 0]),
            (_, seen) => seen,
        }
    } wrong for get, caught by [try_set_within],
    state |lock| lock.get(),
}
