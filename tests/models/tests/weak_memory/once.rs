//! `OnceLock`: the store of the value happens before a read of it, and an initializer has exclusive access.

use indivisible::once::{InitializingError, OnceLock, TryInitError};
use loom::cell::UnsafeCell;
use models::weak::Model;

/// Plain memory: loom reports unordered accesses.
struct Plain(UnsafeCell<u32>);

#[allow(unsafe_code, reason = "loom checks each access")]
// SAFETY: checked by loom's cell in each execution.
unsafe impl Sync for Plain {}

#[allow(unsafe_code, reason = "loom checks each access")]
impl Plain {
    fn new(value: u32) -> Self {
        Self(UnsafeCell::new(value))
    }

    fn get(&self) -> u32 {
        // SAFETY: loom fails the model if a write is not ordered with this read.
        self.0.with(|value| unsafe { *value })
    }

    fn add(&self, n: u32) {
        // SAFETY: loom fails the model if any other access is not ordered with this write.
        self.0.with_mut(|value| unsafe { *value += n });
    }
}

fn told(seen: Result<&Plain, InitializingError>) -> String {
    seen.map_or_else(|_| "busy".to_owned(), |value| value.get().to_string())
}

fn get(cell: &OnceLock<Plain>) -> String {
    cell.get()
        .map_or_else(|| "none".to_owned(), |value| value.get().to_string())
}

#[test]
fn one_of_two_initializes_and_all_read_the_same() {
    let mut outcomes = Vec::new();
    // The results of the two initializers, and the value that the reader may get.
    for [one, other] in [["1", "1"], ["2", "2"], ["1", "busy"], ["busy", "2"]] {
        let made = if one == "busy" { other } else { one };
        outcomes.extend(["none", made].map(|read| format!("{one}, {other}, {read}")));
    }
    let outcomes: Vec<_> = outcomes.iter().map(String::as_str).collect();
    Model::new(
        "OnceLock: try_get_or_init | try_get_or_init | get",
        OnceLock::new,
    )
    .actor(|cell| told(cell.try_get_or_init(|| Plain::new(1))))
    .actor(|cell| told(cell.try_get_or_init(|| Plain::new(2))))
    .actor(get)
    .preemptions(3, 4)
    .check(&outcomes, [4_400, 9_300]);
}

#[test]
fn a_value_that_was_set_is_untorn() {
    Model::new("OnceLock: try_set | get", OnceLock::new)
        .actor(|cell| {
            assert!(
                cell.try_set(Plain::new(1)).is_ok(),
                "the only one to set it"
            );
            ""
        })
        .actor(get)
        .check(&["none", "1"], [50, 36]);
}

/// Shared by two initializers, the first of which fails.
struct Failing {
    cell: OnceLock<Plain>,
    /// Accessed by initializers only.
    theirs: Plain,
}

#[test]
fn the_initializer_after_a_failed_one_has_exclusive_access() {
    Model::new("OnceLock: failing initializer | another", || Failing {
        cell: OnceLock::new(),
        theirs: Plain::new(0),
    })
    .actor(|it| {
        let seen = it.cell.try_get_or_try_init(|| {
            it.theirs.add(1);
            Err(())
        });
        match seen {
            Ok(value) => value.get().to_string(),
            Err(TryInitError::Failed(())) => "failed".to_owned(),
            Err(TryInitError::Initializing) => "busy".to_owned(),
        }
    })
    .actor(|it| {
        told(it.cell.try_get_or_init(|| {
            it.theirs.add(1);
            Plain::new(2)
        }))
    })
    .check(
        &["failed, 2", "failed, busy", "2, 2", "busy, 2"],
        [150, 300],
    );
}
