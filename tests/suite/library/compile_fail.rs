//! Programs that must not compile: each fails with every error that its first lines name as
//! `// error[CODE]: part of the message`. The part is from this repository (an `on_unimplemented`, a panic,
//! a name in the quoted source line): the rest of a message differs between compilers.

use integration_tests::consumer::{Consumer, complaints, programs};
use std::process::Command;

#[test]
fn each_program_fails_with_its_errors() {
    let wrong = programs("compile-fail");
    let control = programs("compile-fail/control");
    let features: &[&str] = if cfg!(indivisible_force_sections) {
        &["std", "waker", "critical-section"]
    } else {
        &["std", "waker"]
    };
    let mut consumer = Consumer::new("compile-fail", features);
    wrong.iter().chain(&control).for_each(|it| consumer.add(it));
    // In the mode in which this test is built.
    let failed = consumer.check_with(Command::new(env!("CARGO")));
    for name in ["indivisible", "compiles"] {
        assert!(
            !failed.contains_key(name),
            "{name} does not compile: {failed:#?}"
        );
    }
    let complaints = complaints(&wrong, &failed);
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}
