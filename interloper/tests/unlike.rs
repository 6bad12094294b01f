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
    ("thumbv7m::unprintable::build", "due to 3 previous errors"),
    ("thumbv7m::grammar::build", "name: Type = value"),
    (
        "thumbv7m::grammar::build",
        "a clause of `object!` begins with `main fn`",
    ),
    ("thumbv7m::grammar::build", "a handler has a priority"),
    (
        "thumbv7m::grammar::build",
        "the operation `load` has no role",
    ),
    (
        "thumbv7m::grammar::build",
        "objects and handles, without types",
    ),
    (
        "thumbv7m::grammar::build",
        "after the body of an operation stands a comma",
    ),
    (
        "no_test::untested",
        "no test has `excluded::task`, `none::add`, `none::load`, `some::second`",
    ),
];

/// The test that is repeated.
const REPEATED: &str = "thumbv7m::unlike::torn::add x add";

/// Tests that pass, with so many instructions for all their rounds.
const SPINNING: (&[&str], &str) = (
    &[
        "thumbv7m::unlike::late::wait x set (core 1)",
        "thumbv7m::unlike::awaited::set x wait (core 1)",
    ],
    "400000",
);

fn main() -> ExitCode {
    if env::var_os(INSIDE).is_some() {
        let tables = toolchain::tables().table("tests/tables/unlike.rs");
        let tables = tables.table("tests/tables/unprintable.rs");
        let tables = tables.table("tests/tables/grammar.rs");
        return tables.table("tests/tables/no_test.rs").run();
    }
    if env::args().any(|argument| argument == "--list") {
        // For nextest, which asks once more for the tests that are ignored.
        if !env::args().any(|argument| argument == "--ignored") {
            println!("tests_that_must_fail: test");
        }
        return ExitCode::SUCCESS;
    }
    let (has_passed, text) = run(&[], &[]);
    let mut has_failed = has_passed | settings_are_ignored(&text);
    let (spinning, enough) = SPINNING;
    for test in spinning {
        let (passes, text) = run(&["--exact", test], &[("INTERLOPER_STEPS", enough)]);
        if !passes || !text.contains("1 passed") {
            println!("{test} does not pass with {enough} instructions:\n{text}");
            has_failed = true;
        }
    }
    for (test, message) in EXPECTED {
        let report = report(&text, test);
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

/// Runs the program inside: whether it passes, and its output.
fn run(arguments: &[&str], settings: &[(&str, &str)]) -> (bool, String) {
    let program = env::current_exe().expect("a program has a path");
    let mut inside = Command::new(program);
    inside.args(arguments).env(INSIDE, "1");
    let output = inside
        .envs(settings.iter().copied())
        .output()
        .expect("it starts once more");
    let text = [output.stdout, output.stderr].concat();
    (
        output.status.success(),
        String::from_utf8_lossy(&text).into_owned(),
    )
}

/// The message of a failed test.
fn report<'a>(text: &'a str, test: &str) -> &'a str {
    let (_, report) = text
        .split_once(&format!("---- {test} ----"))
        .unwrap_or_default();
    report.split("\n---- ").next().unwrap_or_default()
}

/// Whether the program passes, or fails with another message, where a setting must make it fail.
fn settings_are_ignored(text: &str) -> bool {
    let (_, replay) = report(text, REPEATED)
        .split_once("INTERLOPER_REPLAY='")
        .unwrap_or_default();
    let replay = (
        "INTERLOPER_REPLAY",
        replay.split('\'').next().unwrap_or_default(),
    );
    let exact = ["--exact", REPEATED];
    let cases: [(&[&str], _, &[&str]); 6] = [
        (
            &exact,
            replay,
            &[
                "r torn",
                "answers: ",
                "a replay is one run of the test, and does not pass",
            ],
        ),
        (&[], replay, &["are selected: select one with `--exact`"]),
        (
            &exact,
            ("INTERLOPER_PIN", "1"),
            &["INTERLOPER_PIN=1 writes no file: tests are filtered out"],
        ),
        (
            &exact,
            ("INTERLOPER_PIN", "true"),
            &["INTERLOPER_PIN=\"true\": it is 0 or 1"],
        ),
        (&["untested"], ("INTERLOPER_DEPTH", "0"), &["`holds::add`"]),
        (
            &["INTERLOPER_TARGETS"],
            ("INTERLOPER_TARGETS", "thumbv7m-none-eabi,thumbv7"),
            &["no machine executes thumbv7"],
        ),
    ];
    let mut are_ignored = false;
    for (arguments, setting, messages) in cases {
        let (has_passed, text) = run(arguments, &[setting]);
        if has_passed || !messages.iter().all(|it| text.contains(it)) {
            println!("{setting:?} {arguments:?} does not fail with {messages:?}:\n{text}");
            are_ignored = true;
        }
    }
    are_ignored
}
