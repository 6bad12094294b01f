//! The target detection of the library's build script, for targets of this machine's `rustc`, which can
//! describe a target without having its `core`.

#[allow(dead_code, reason = "the script of the library reads the same file")]
#[path = "../../../core/build/target.rs"]
mod target;

use integration_tests::folder;
use std::{collections::BTreeMap, fs, path::Path, process::Command};
use target::Target;

/// The variables of a build script for `target`: `rustc --print cfg`, folded to one variable per name.
fn variables(target: &str, spec: Option<&Path>, is_stable: bool) -> BTreeMap<String, String> {
    let mut rustc = Command::new("rustc");
    rustc.args(["--print", "cfg", "--target"]);
    match spec {
        Some(path) => rustc.arg(path).arg("-Zunstable-options"),
        None => rustc.arg(target),
    };
    // An unstable compiler prints more.
    if is_stable {
        rustc.env_remove("RUSTC_BOOTSTRAP");
    } else {
        rustc.env("RUSTC_BOOTSTRAP", "1");
    }
    let output = rustc.output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let mut variables = BTreeMap::from([("TARGET".to_owned(), target.to_owned())]);
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let (name, value) = line.split_once('=').unwrap_or((line, ""));
        let name = format!("CARGO_CFG_{}", name.to_uppercase());
        let list = variables.entry(name).or_default();
        if !list.is_empty() {
            list.push(',');
        }
        list.push_str(value.trim_matches('"'));
    }
    variables
}

fn detect(target: &str, is_stable: bool) -> Target {
    let variables = variables(target, None, is_stable);
    Target::detect(|name| variables.get(name).cloned())
}

/// Detects the target from a JSON file, under a name without meaning.
fn detect_as_json(target: &str) -> Target {
    let spec = Command::new("rustc")
        .args(["-Zunstable-options", "--print", "target-spec-json"])
        .args(["--target", target])
        .env("RUSTC_BOOTSTRAP", "1")
        .output()
        .unwrap();
    assert!(spec.status.success(), "{target}");
    let dir = folder::inside("dependents").join(target);
    fs::create_dir_all(&dir).unwrap();
    let path = dir.join("board.json");
    fs::write(&path, spec.stdout).unwrap();
    let variables = variables("board", Some(&path), false);
    Target::detect(|name| variables.get(name).cloned())
}

/// In the order of the fields: `load_store`, its 64 bits, `cas`, its 64 bits, M profile, BASEPRI, RISC-V.
type Row = (&'static str, [u8; 7]);

const SUPPORTED: &[Row] = &[
    ("thumbv6m-none-eabi", [1, 0, 0, 0, 1, 0, 0]),
    ("thumbv7m-none-eabi", [1, 0, 1, 0, 1, 1, 0]),
    ("thumbv7em-none-eabi", [1, 0, 1, 0, 1, 1, 0]),
    ("thumbv7em-none-eabihf", [1, 0, 1, 0, 1, 1, 0]),
    ("thumbv8m.base-none-eabi", [1, 0, 1, 0, 1, 0, 0]),
    ("thumbv8m.main-none-eabi", [1, 0, 1, 0, 1, 1, 0]),
    ("thumbv8m.main-none-eabihf", [1, 0, 1, 0, 1, 1, 0]),
    // Cortex-R and Cortex-A have neither `IPSR` nor `BASEPRI`.
    ("armv7r-none-eabi", [1, 1, 1, 1, 0, 0, 0]),
    ("armv7r-none-eabihf", [1, 1, 1, 1, 0, 0, 0]),
    ("armv7a-none-eabi", [1, 1, 1, 1, 0, 0, 0]),
    ("armv8r-none-eabihf", [1, 1, 1, 1, 0, 0, 0]),
    ("aarch64-unknown-none", [1, 1, 1, 1, 0, 0, 0]),
    ("riscv32i-unknown-none-elf", [1, 0, 0, 0, 0, 0, 1]),
    ("riscv32imc-unknown-none-elf", [1, 0, 0, 0, 0, 0, 1]),
    ("riscv32imac-unknown-none-elf", [1, 0, 1, 0, 0, 0, 1]),
    ("riscv64gc-unknown-none-elf", [1, 1, 1, 1, 0, 0, 1]),
    ("riscv64gc-unknown-linux-gnu", [1, 1, 1, 1, 0, 0, 0]),
    ("armv7-unknown-linux-gnueabihf", [1, 1, 1, 1, 0, 0, 0]),
    ("x86_64-unknown-linux-gnu", [1, 1, 1, 1, 0, 0, 0]),
    ("wasm32-unknown-unknown", [1, 1, 1, 1, 0, 0, 0]),
];

/// Newer than the oldest compiler of this repository, which may lack some of them.
const RECENT: &[Row] = &[
    ("thumbv7r-none-eabi", [1, 1, 1, 1, 0, 0, 0]),
    ("riscv64im-unknown-none-elf", [1, 1, 0, 0, 0, 0, 1]),
    ("riscv32e-unknown-none-elf", [1, 0, 0, 0, 0, 0, 1]),
];

/// `core` has no `AtomicU32` on any of them.
const REFUSED: &[&str] = &[
    "msp430-none-elf",
    "avr-none",
    "armv4t-none-eabi",
    "armv5te-none-eabi",
    "thumbv4t-none-eabi",
    "thumbv5te-none-eabi",
    "bpfel-unknown-none",
];

fn is_known(target: &str) -> bool {
    let mut rustc = Command::new("rustc");
    let list = rustc.args(["--print", "target-list"]).output().unwrap();
    assert!(list.status.success(), "{list:?}");
    let list = String::from_utf8(list.stdout).unwrap();
    list.lines().any(|it| it == target)
}

fn supported() -> impl Iterator<Item = Row> {
    let recent = RECENT.iter().filter(|(target, _)| is_known(target));
    SUPPORTED.iter().chain(recent).copied()
}

fn from_row(row: [u8; 7]) -> Target {
    let [
        load_store,
        load_store_64,
        cas,
        cas_64,
        m_profile,
        basepri,
        riscv_bare,
    ] = row.map(|it| it == 1);
    Target {
        load_store,
        load_store_64,
        cas,
        cas_64,
        m_profile,
        basepri,
        riscv_bare,
    }
}

#[test]
fn a_stable_compiler_detects_a_target_by_its_name() {
    for (target, row) in supported() {
        assert_eq!(detect(target, true), from_row(row), "{target}");
    }
}

#[test]
fn an_unstable_compiler_detects_a_target_by_its_features() {
    for (target, row) in supported() {
        assert_eq!(detect(target, false), from_row(row), "{target}");
    }
}

#[test]
fn a_json_target_without_a_known_name_is_detected_by_its_features() {
    for (target, row) in supported() {
        assert_eq!(detect_as_json(target), from_row(row), "{target}");
    }
}

#[test]
fn a_target_without_load_and_store_is_refused() {
    for target in REFUSED.iter().filter(|it| is_known(it)) {
        assert!(!detect(target, true).load_store, "{target}");
        assert!(!detect(target, false).load_store, "{target}");
        assert!(!detect_as_json(target).load_store, "{target}");
    }
}

/// Its `core` loads and stores, but a stable compiler does not print that.
#[test]
fn an_esp32_s2_is_refused_by_a_stable_compiler() {
    assert!(!detect("xtensa-esp32s2-none-elf", true).load_store);
    assert!(detect("xtensa-esp32s2-none-elf", false).load_store);
}

#[test]
fn a_cfg_overrides_the_refusal() {
    let mut variables = variables("xtensa-esp32s2-none-elf", None, true);
    variables.insert("CARGO_CFG_INDIVISIBLE_LOAD_STORE".to_owned(), String::new());
    assert!(Target::detect(|name| variables.get(name).cloned()).load_store);
}

/// The build script itself, as cargo runs it.
#[test]
fn a_refusal_is_one_error() {
    let dir = folder::inside("dependents");
    fs::create_dir_all(&dir).unwrap();
    let script = dir.join("build-script");
    let compiled = Command::new("rustc")
        .args(["--edition=2024", "-o"])
        .arg(&script)
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/build.rs"))
        .status()
        .unwrap();
    assert!(compiled.success());
    let run = |target: &str| {
        let output = Command::new(&script)
            .env_clear()
            .envs(variables(target, None, true))
            .output()
            .unwrap();
        assert!(output.status.success());
        String::from_utf8(output.stdout).unwrap()
    };
    for target in [
        "msp430-none-elf",
        "armv5te-none-eabi",
        "xtensa-esp32s2-none-elf",
    ] {
        let lines = run(target);
        assert_eq!(lines.matches("cargo::error=").count(), 1, "{lines}");
        assert!(lines.contains("cargo::error=indivisible needs a target whose `core`"));
        // No other condition of the library is set, whose errors would hide this one.
        assert!(!lines.contains("rustc-cfg"), "{lines}");
    }
    assert!(!run("thumbv6m-none-eabi").contains("cargo::error"));
}
