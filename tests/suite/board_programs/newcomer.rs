//! A firmware that a newcomer writes with the README alone: an empty folder, the files that the README shows, and a program of
//! their own.

use super::PLENTY;
use integration_tests::{
    folder,
    project::{Project, Ran},
    readme::write_project,
};
use std::{collections::BTreeSet, fs};

/// Blinks from an interrupt, until the interrupt requests a stop.
const BLINK: &str = include_str!("newcomer/blink.rs");

fn readme() -> String {
    fs::read_to_string(runner::root().join("README.md")).unwrap()
}

/// Builds and runs `program` in a folder outside of this repository.
fn run(program: &str) -> Ran {
    let dir = folder::outside("blink");
    fs::remove_dir_all(&dir).ok();
    write_project(&readme(), "cortex-m", &dir);
    fs::write(dir.join("src/main.rs"), program).unwrap();
    fs::copy(runner::root().join("Cargo.lock"), dir.join("Cargo.lock")).unwrap();
    let project = Project::new(&dir, "readme/target", PLENTY).with_this_library();
    project.run(&project.build("cargo run").unwrap())
}

/// What `program` uses of the library: imported types, and what is called on a type or on a `static`.
fn used(program: &str) -> BTreeSet<String> {
    let words = |text: &str| -> Vec<String> {
        let words = text.split(|it: char| !it.is_alphanumeric() && it != '_');
        words
            .filter(|it| !it.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let (_, imports) = program.split_once("use indivisible::").unwrap();
    let (imports, _) = imports.split_once(';').unwrap();
    let mut used: BTreeSet<String> = words(imports).into_iter().collect();
    let statics = program.split("static ").skip(1);
    let statics: Vec<_> = statics.filter_map(|it| it.split(':').next()).collect();
    for name in statics {
        let call = format!("{name}.");
        let calls = program.split(&call).skip(1);
        used.extend(calls.filter_map(|it| words(it).into_iter().next()));
    }
    used
}

/// The names that `program` needs and the README does not mention.
fn unexplained(program: &str) -> Vec<String> {
    let readme = readme();
    let words: BTreeSet<&str> = readme
        .split(|it: char| !it.is_alphanumeric() && it != '_')
        .collect();
    let used = used(program).into_iter();
    used.filter(|it| !words.contains(it.as_str())).collect()
}

#[test]
fn the_readme_leads_to_a_firmware_that_blinks_until_a_stop() {
    assert_eq!(unexplained(BLINK), Vec::<String>::new());
    let ran = run(BLINK);
    assert!(ran.status.success(), "{ran:?}");
    let blinks = "on\noff\n".repeat(3);
    assert_eq!(ran.printed, format!("{blinks}stopped after 6 blinks\n"));
}

#[test]
fn a_name_that_the_readme_does_not_mention_is_found() {
    assert!(used(BLINK).len() > 5, "{:?}", used(BLINK));
    let planted = BLINK.replace("request_stop", "raise_flag");
    assert_eq!(unexplained(&planted), ["raise_flag"]);
}
