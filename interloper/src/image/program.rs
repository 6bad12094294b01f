//! The program around a table: a manifest, a `main.rs` and a linker script.

use std::path::Path;

use toml::{Table, Value, toml};

use super::front_matter::{Build, CriticalSection, FrontMatter};

/// `main.rs` of a program without a runtime: the host calls the functions of the table itself.
pub(super) fn main_rs(file: &Path, front: &FrontMatter, cores: bool) -> String {
    let section = match front.options.critical_section {
        CriticalSection::Own => "",
        CriticalSection::Provided if cores => TWO_CORES,
        CriticalSection::Provided => ONE_CORE,
    };
    let masks = if section.is_empty() { "" } else { MASKS };
    format!(
        "#![no_std]
#![no_main]
#[path = {file:?}]
mod table;
#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {{
    interloper_table::panicked(info)
}}
{section}{masks}"
    )
}

/// The sections of one core: interrupts are masked.
const ONE_CORE: &str = include_str!("program/one_core.rs");

/// The sections of two cores: interrupts are masked, then a lock is taken. The lock has an owner, because sections
/// nest.
const TWO_CORES: &str = include_str!("program/two_cores.rs");

/// How both mask interrupts.
const MASKS: &str = include_str!("program/masks.rs");

/// `Cargo.toml`.
///
/// The profile is that of small firmware; the table may change it.
pub(super) fn manifest(name: &str, front: &FrontMatter, build: &Build, cores: bool) -> String {
    let state = if cores {
        "restore-state-u8"
    } else {
        "restore-state-bool"
    };
    let mut manifest = toml! {
        [package]
        version = "0.0.0"
        edition = "2024"
        publish = false

        [workspace]

        [profile.release]
        codegen-units = 1
        debug = 2
        lto = "fat"
        opt-level = "s"
        panic = "abort"

        [profile.release.build-override]
        debug = false
    };
    let mut generated = Table::new();
    let bin = table([("name", name.into()), ("path", "main.rs".into())]);
    generated.insert("bin".into(), vec![bin].into());
    generated.insert("package".into(), table([("name", name.into())]));
    let mut dependencies = vec![("interloper-table", interloper_table())];
    if front.options.critical_section == CriticalSection::Provided {
        let features = vec![Value::from(state)];
        let section = table([("version", "1.2".into()), ("features", features.into())]);
        dependencies.push(("critical-section", section));
    }
    generated.insert("dependencies".into(), table(dependencies));
    merge(&mut manifest, &generated);
    merge(&mut manifest, &front.manifest);
    let features = front
        .features()
        .map(|name| (name, Value::Array(Vec::new())));
    let default = build.features.iter().map(|name| name.as_str().into());
    let default = Value::Array(default.collect());
    let features = table(features.chain([("default", default)]));
    let profile = table([("release", build.profile.clone().into())]);
    let of_build = [("features", features), ("profile", profile)];
    let of_build = of_build.map(|(key, value)| (key.to_owned(), value));
    merge(&mut manifest, &of_build.into_iter().collect());
    manifest.to_string()
}

/// The same version as that of this crate: beside it in a checkout, else from the registry.
fn interloper_table() -> Value {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("table");
    if beside.join("Cargo.toml").exists() {
        table([("path", beside.display().to_string().into())])
    } else {
        table([("version", concat!("=", env!("CARGO_PKG_VERSION")).into())])
    }
}

fn table<'a>(entries: impl IntoIterator<Item = (&'a str, Value)>) -> Value {
    let entries = entries
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value));
    entries.collect::<Table>().into()
}

fn merge(into: &mut Table, from: &Table) {
    for (key, value) in from {
        match (into.get_mut(key), value) {
            (Some(Value::Table(into)), Value::Table(from)) => merge(into, from),
            _ => _ = into.insert(key.clone(), value.clone()),
        }
    }
}
