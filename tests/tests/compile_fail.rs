//! What must not compile does not, and for every reason that the program's first lines give:
//! `// error[CODE]: part of the message`. The part is from this repository (an `on_unimplemented`, a panic,
//! a name in the quoted source line): the rest of a message differs between compilers.

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
