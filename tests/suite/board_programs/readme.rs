//! The firmware that the README shows, built and run exactly as printed.

use super::PLENTY;
use integration_tests::readme::{block, write_project};
use runner::{
    child::{Next, Process},
    toolchain,
};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
};

fn readme() -> String {
    fs::read_to_string(runner::root().join("README.md")).unwrap()
}

fn build(document: &str, name: &str, dir: &Path) -> PathBuf {
    write_project(document, name, dir);
    // The versions with which everything else here is tested.
    fs::copy(runner::root().join("Cargo.lock"), dir.join("Cargo.lock")).unwrap();
    let library = runner::root().join("core");
    let mut cargo = toolchain::cargo_as_configured(dir);
    cargo
        .args([
            "--config",
            &format!("patch.crates-io.indivisible.path={library:?}"),
        ])
        .args(["build", "--quiet", "--target-dir"])
        .arg(toolchain::target_dir().join("readme/target"));
    let package = dir.file_name().unwrap().to_str().unwrap();
    toolchain::executable(&mut cargo, package).unwrap()
}

/// Runs it with the runner of its configuration; returns its output and its exit status.
fn run(document: &str, name: &str, elf: &Path) -> (String, ExitStatus) {
    let config = block(document, &format!("{name}/.cargo/config.toml"));
    let runner = config
        .lines()
        .find_map(|line| line.strip_prefix("runner = "))
        .unwrap();
    let mut words = runner.trim_matches('"').split(' ');
    let mut emulator = Command::new(words.next().unwrap());
    emulator
        .args(words)
        .arg(elf)
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    let mut process = Process::spawn(&mut emulator, PLENTY, (), ()).unwrap();
    let mut printed = Vec::new();
    loop {
        match process.wait().unwrap() {
            Next::Chunk((), bytes) => printed.extend(bytes),
            Next::Ended(status) => return (String::from_utf8(printed).unwrap(), status),
            Next::TimedOut => panic!("{name} is still running after {PLENTY:?}"),
        }
    }
}

fn dir(case: &str) -> PathBuf {
    toolchain::target_dir().join("readme").join(case)
}

#[test]
fn firmware_runs_as_printed() {
    let readme = readme();
    for name in ["cortex-m", "riscv"] {
        let (printed, status) = run(&readme, name, &build(&readme, name, &dir(name)));
        assert!(status.success(), "{name}: {status}, {printed}");
        assert_eq!(printed, block(&readme, &format!("{name} prints")), "{name}");
    }
}

#[test]
fn firmware_that_fails_is_found() {
    let planted = readme().replace("process::exit(0)", "process::exit(3)");
    let elf = build(&planted, "cortex-m", &dir("planted"));
    let (_, status) = run(&planted, "cortex-m", &elf);
    assert_eq!(status.code(), Some(3));
}

/// The linker finds no `_critical_section_1_0_acquire`.
#[test]
#[should_panic(expected = "--bin no-section")]
fn firmware_without_a_critical_section_is_found() {
    let planted = readme().replace("critical-section-single-core", "inline-asm");
    build(&planted, "cortex-m", &dir("no-section"));
}
