//! The programs that the README shows, built and run exactly as printed.

use super::PLENTY;
use integration_tests::{
    folder,
    project::Project,
    readme::{block, write_project},
};
use std::fs;

fn readme() -> String {
    fs::read_to_string(runner::root().join("README.md")).unwrap()
}

/// The project that `document` shows, in a directory of its own.
fn project(document: &str, name: &str, case: &str) -> Project {
    let dir = folder::inside("readme").join(case);
    write_project(document, name, &dir);
    // The versions that everything else here is tested with.
    fs::copy(runner::root().join("Cargo.lock"), dir.join("Cargo.lock")).unwrap();
    Project::new(&dir, "readme/target", PLENTY).with_this_library()
}

#[test]
fn programs_run_as_printed() {
    let readme = readme();
    for name in ["cortex-m", "riscv", "host"] {
        let project = project(&readme, name, name);
        let ran = project.run(&project.build("cargo run").unwrap());
        assert!(ran.status.success(), "{name}: {ran:?}");
        assert_eq!(
            ran.printed,
            block(&readme, &format!("{name} prints")),
            "{name}"
        );
    }
}

#[test]
fn firmware_that_fails_is_found() {
    let planted = readme().replace("process::exit(0)", "process::exit(3)");
    let project = project(&planted, "cortex-m", "planted");
    let ran = project.run(&project.build("cargo run").unwrap());
    assert_eq!(ran.status.code(), Some(3));
}

#[test]
fn firmware_without_a_critical_section_is_found() {
    let planted = readme().replace("critical-section-single-core", "inline-asm");
    let said = project(&planted, "cortex-m", "no-section").build("cargo run");
    let said = said.unwrap_err();
    assert!(
        said.contains("undefined symbol: _critical_section_1_0_acquire"),
        "{said}"
    );
}
