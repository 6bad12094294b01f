//! What must not compile does not, and for the reason that the program's first line gives:
//! `// error[CODE]: part of the message`. The part is ours, an `on_unimplemented` or a panic, where
//! there is one: the rest of a message is another with every compiler.

use integration_tests::consumer::{Consumer, complaints, programs};

#[test]
fn each_program_fails_for_its_reason() {
    let wrong = programs("compile-fail");
    let control = programs("compile-fail/control");
    let mut consumer = Consumer::new("compile-fail", &["std"]);
    wrong.iter().chain(&control).for_each(|it| consumer.add(it));
    let failed = consumer.check();
    assert!(
        !failed.contains_key("compiles"),
        "the control does not compile: {failed:#?}"
    );
    let complaints = complaints(&wrong, &failed);
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}
