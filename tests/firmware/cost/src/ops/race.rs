//! Racy initialisation.

use crate::measure::cost;
use core::num::NonZero;
use indivisible::race::{AlreadySetError, OnceWord, RacyOnce};

type Value = NonZero<u32>;
type Lazy = RacyOnce<Value>;
type Once = OnceWord<Value>;

const VALUE: Value = Value::MIN;

pub(super) fn all() {
    static LAZY: Lazy = Lazy::new();
    cost!(
        1,
        "RacyOnce::get_or_init, first",
        |it: &Lazy, value: Value| -> Value { it.get_or_init(|| value) },
        (&LAZY, VALUE)
    );
    cost!(
        1,
        "RacyOnce::get_or_init",
        |it: &Lazy, value: Value| -> Value { it.get_or_init(|| value) },
        (&LAZY, VALUE)
    );
    cost!(
        1,
        "RacyOnce::get",
        |it: &Lazy| -> Option<Value> { it.get() },
        (&LAZY)
    );

    static ONCE: Once = Once::new();
    cost!(
        2,
        "OnceWord::get_or_init, first",
        |it: &Once, value: Value| -> Value { it.get_or_init(|| value) },
        (&ONCE, VALUE)
    );
    cost!(
        2,
        "OnceWord::get_or_init",
        |it: &Once, value: Value| -> Value { it.get_or_init(|| value) },
        (&ONCE, VALUE)
    );
    cost!(
        2,
        "OnceWord::get_or_try_init",
        |it: &Once, value: Value| -> Result<Value, ()> { it.get_or_try_init(|| Ok(value)) },
        (&ONCE, VALUE)
    )
    .ok();
    cost!(
        2,
        "OnceWord::get",
        |it: &Once| -> Option<Value> { it.get() },
        (&ONCE)
    );
    cost!(
        2,
        "OnceWord::set, again",
        |it: &Once, value: Value| -> Result<(), AlreadySetError<Value>> { it.set(value) },
        (&ONCE, VALUE)
    )
    .err();
    static OTHER: Once = Once::new();
    cost!(
        2,
        "OnceWord::set",
        |it: &Once, value: Value| -> Result<(), AlreadySetError<Value>> { it.set(value) },
        (&OTHER, VALUE)
    )
    .ok();
}
