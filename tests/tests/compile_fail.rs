//! What must not compile does not, and for the reason that the program's first line gives:
//! `// error[CODE]: part of the message`. The part is ours, an `on_unimplemented` or a panic, where
//! there is one: the rest of a message is another with every compiler.

use integration_tests::consumer::{Consumer, Errors};
use std::{
    fs,
    path::{Path, PathBuf},
};

fn programs() -> Vec<PathBuf> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("compile-fail");
    let mut programs: Vec<PathBuf> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|it| it == "rs"))
        .collect();
    programs.sort();
    assert!(programs.len() > 10, "programs are missing: {programs:?}");
    programs
}

/// `None` if `program` failed as its first line says, else what is wrong.
fn complaint(program: &str, errors: &Errors) -> Option<String> {
    let expected = program.lines().next().unwrap_or_default();
    let Some((code, part)) = expected
        .strip_prefix("// error[")
        .and_then(|rest| rest.split_once(']'))
    else {
        return Some(format!("says no error code: {expected:?}"));
    };
    let part = part.trim_start_matches(':').trim();
    if errors.is_empty() {
        return Some("compiles".to_owned());
    }
    let as_expected = |(found, text): &(String, String)| found == code && text.contains(part);
    (!errors.iter().any(as_expected)).then(|| format!("{code} {part:?} is not in {errors:#?}"))
}

#[test]
fn each_program_fails_for_its_reason() {
    let mut consumer = Consumer::new("compile-fail", &["std"]);
    for path in programs() {
        consumer.add(&path);
    }
    let control = Path::new(env!("CARGO_MANIFEST_DIR")).join("compile-fail/control/compiles.rs");
    consumer.add(&control);
    let mut failed = consumer.check();
    assert_eq!(
        failed.remove("compiles"),
        None,
        "the control does not compile"
    );

    let mut complaints = Vec::new();
    for path in programs() {
        let name = path.file_stem().unwrap().to_str().unwrap();
        let errors = failed.remove(name).unwrap_or_default();
        let program = fs::read_to_string(&path).unwrap();
        complaints.extend(complaint(&program, &errors).map(|it| format!("{name}: {it}")));
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn a_program_that_compiles_or_fails_otherwise_is_found() {
    let program = "// error[E0277]: never wakes\nfn main() {}\n";
    let errors = |code: &str, text: &str| vec![(code.to_owned(), text.to_owned())];
    assert_eq!(complaint(program, &errors("E0277", "it never wakes")), None);
    assert!(complaint(program, &errors("E0277", "another")).is_some());
    assert!(complaint(program, &errors("E0599", "it never wakes")).is_some());
    assert!(complaint(program, &errors("", "it never wakes")).is_some());
    assert!(complaint(program, &Errors::new()).is_some());
    assert!(complaint("fn main() {}\n", &errors("E0277", "it never wakes")).is_some());
}
