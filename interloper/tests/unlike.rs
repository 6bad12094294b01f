//! Tests that must fail do, with the message that belongs to them: this program runs itself.

use std::{
    collections::BTreeSet,
    env,
    process::{Command, ExitCode},
};

#[path = "common/toolchain.rs"]
mod toolchain;

/// Set for the program inside.
const INSIDE: &str = "UNLIKE_INSIDE";

/// The failing tests, and a part of the message of each.
const EXPECTED: &[(&str, &str)] = &[
    (
        "thumbv7m::unlike::holds::add x add",
        "this combination is known to fail, and holds (it is right)",
    ),
    (
        "thumbv7m::unlike::right::add x load",
        "this combination is known to fail, and holds (nothing)",
    ),
    (
        "thumbv7m::unlike::right::add_again x load",
        "the wrong version looks right",
    ),
    (
        "thumbv7m::unlike::extra::add x load",
        "`load` never answers 7",
    ),
    (
        "thumbv7m::unlike::torn::add x add",
        "answers and state equal those of no sequential order",
    ),
    (
        "thumbv7m::unlike::needless::load_then_store x add_two",
        "fewer parties than `caught by` names catch the wrong version",
    ),
    (
        "thumbv7m::unlike::never::spin x look",
        "the operations run in no order",
    ),
    (
        "thumbv7m::unlike::awake::load x add",
        "`load` never sleeps, although the table declares that it `sleeps`",
    ),
    (
        "thumbv7m::unlike::waits::hold x refer (core 1)",
        "waits for the other core",
    ),
    (
        "thumbv7m::unlike::polls::spin x add",
        "a state repeats without a sleep: an operation that `sleeps` polls",
    ),
    (
        "thumbv7m::unlike::patient::count x end",
        "the search gave up: it exceeded 512 MiB of states",
    ),
    (
        "thumbv7m::unprintable::build",
        "main fn take(unprintable) -> Opaque { Opaque },
   |                                  ^^^^^^ the trait `Debug` is not implemented",
    ),
    (
        "thumbv7m::unprintable::build",
        "state |left| Opaque,
   | |                  ^^^^^^ the trait `Debug` is not implemented",
    ),
    (
        "thumbv7m::unprintable::build",
        "expected `bool`, found `u32`",
    ),
    (
        "thumbv7m::unprintable::build",
        "could not compile `interloper-unprintable` (bin \"interloper-unprintable\") due to 3 previous errors",
    ),
    ("thumbv7m::grammar::build", "name: Type = value"),
    (
        "thumbv7m::grammar::build",
        "a clause of `object!` begins with `main fn`",
    ),
    ("thumbv7m::grammar::build", "a handler has a priority"),
    (
        "thumbv7m::grammar::build",
        "objects and handles, without types",
    ),
    (
        "thumbv7m::grammar::build",
        "after the body of an operation stands a comma",
    ),
];

fn main() -> ExitCode {
    if env::var_os(INSIDE).is_some() {
        let tables = toolchain::tables().table("tests/tables/unlike.rs");
        let tables = tables.table("tests/tables/unprintable.rs");
        return tables.table("tests/tables/grammar.rs").run();
    }
    if env::args().any(|argument| argument == "--list") {
        // For nextest, which asks once more for the tests that are ignored.
        if !env::args().any(|argument| argument == "--ignored") {
            println!("tests_that_must_fail: test");
        }
        return ExitCode::SUCCESS;
    }
    let program = env::current_exe().expect("a program has a path");
    let output = Command::new(program)
        .env(INSIDE, "1")
        .output()
        .expect("it starts once more");
    let text = String::from_utf8_lossy(&output.stdout);
    let mut has_failed = output.status.success();
    for (test, message) in EXPECTED {
        let report = text
            .split(&format!("---- {test} ----"))
            .nth(1)
            .unwrap_or_default();
        let report = report.split("\n---- ").next().unwrap_or_default();
        if !report.contains(message) {
            println!("{test} does not fail with {message:?}:\n{report}");
            has_failed = true;
        }
    }
    let tests: BTreeSet<_> = EXPECTED.iter().map(|(test, _)| test).collect();
    let count = text.matches("FAILED\n").count();
    if has_failed || count != tests.len() {
        println!("{} tests fail, {count} did:\n{text}", tests.len());
        return ExitCode::FAILURE;
    }
    println!("{count} tests fail as they must");
    ExitCode::SUCCESS
}
