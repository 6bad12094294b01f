//! What must not compile does not, and for every reason that the program's first lines give:
//! `// error[CODE]: part of the message`. The part is from this repository (an `on_unimplemented`, a panic,
//! a name in the quoted source line): the rest of a message differs between compilers.

use integration_tests::consumer::{Consumer, complaints, programs};
use std::process::Command;

#[test]
fn each_program_fails_for_its_reason() {
    let wrong = programs("compile-fail");
    let control = programs("compile-fail/control");
    let features: &[&str] = if cfg!(indivisible_force_sections) {
        &["std", "critical-section"]
    } else {
        &["std"]
    };
    let mut consumer = Consumer::new("compile-fail", features);
    wrong.iter().chain(&control).for_each(|it| consumer.add(it));
    // In the mode that this test is built in.
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
