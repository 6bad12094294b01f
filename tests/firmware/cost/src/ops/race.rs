//! Cells of one word.

use crate::measure::cost;
use core::num::NonZero;
use indivisible::race::{AlreadySetError, OnceWord, RacyOnce};

type Value = NonZero<u32>;
type Racy = RacyOnce<Value>;
type Once = OnceWord<Value>;

const VALUE: Value = Value::MIN;

pub(super) fn all() {
    static RACY: Racy = Racy::new();
    cost!(
        1,
        "RacyOnce::get_or_init, first",
        |it: &Racy, value: Value| -> Value { it.get_or_init(|| value) },
        (&RACY, VALUE)
    );
    cost!(
        1,
        "RacyOnce::get_or_init",
        |it: &Racy, value: Value| -> Value { it.get_or_init(|| value) },
        (&RACY, VALUE)
    );
    cost!(
        1,
        "RacyOnce::get",
        |it: &Racy| -> Option<Value> { it.get() },
        (&RACY)
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
