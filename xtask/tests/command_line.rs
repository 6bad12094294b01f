//! A mistake in the arguments or in the set-up gives a sentence and an exit code.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio, id},
};

/// Runs `cargo xtask` without any program, installed or unpacked; returns its exit code and its output.
fn xtask(args: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(args)
        // An empty `PATH` stays empty: a path to an empty directory would get that of the unpacked emulators.
        .env("PATH", "")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).unwrap())
}

fn scratch(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{name}", id()))
}

fn assert_says(args: &[&str], code: i32, words: &[&str]) {
    let (ended, said) = xtask(args);
    assert_eq!(ended, Some(code), "{args:?}: {said}");
    for words in words {
        assert!(said.contains(words), "{args:?}, {words:?}: {said}");
    }
}

#[test]
fn an_emulator_that_is_missing_is_named() {
    let missing = "QEMU: missing qemu-system-arm, qemu-system-riscv32";
    assert_says(&["setup", "--check"], 1, &[missing]);
}

#[test]
fn a_file_that_is_not_firmware_is_refused() {
    let qemu = |elf: &str| ["qemu", "--machine", "microbit", elf].map(str::to_owned);
    let refused = |elf: &str, words: &str| {
        let args = qemu(elf);
        assert_says(&args.each_ref().map(String::as_str), 1, &[elf, words]);
    };
    refused("no/such/file", "cannot read the firmware");
    let text = scratch("text");
    fs::write(&text, "#!/bin/sh\n").unwrap();
    refused(text.to_str().unwrap(), "is not a 32-bit ELF file");
}

#[test]
fn an_unknown_name_is_refused_with_the_known_ones() {
    let qemu = ["qemu", "--machine", "pdp11", "firmware"];
    assert_says(&qemu, 2, &["the machines are microbit, lm3s6965evb"]);
    let test = ["test", "--only", "unheard-of"];
    assert_says(&test, 1, &["there is no stage unheard-of", "setup"]);
}

#[test]
fn an_example_that_is_none_is_refused_with_what_is_near() {
    let near = ["land", "increment-stor"];
    assert_says(
        &near,
        1,
        &["no example `increment-stor`", "`increment-store`"],
    );
    let far = ["land", "zebra-crossing"];
    assert_says(&far, 1, &["no example", "`cargo xtask land` lists"]);
    let address = ["land", "increment-store", "main"];
    assert_says(&address, 2, &["is no hexadecimal number"]);
}
