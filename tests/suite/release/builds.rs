//! The library builds for every target with every feature, and offers exactly the operations that the
//! target supports.

use integration_tests::consumer::{Consumer, Resolver, complaints, programs};
use runner::toolchain::{self, wrapper::set_flags};
use std::{env, process::Command, sync::LazyLock};

/// Without compare-and-swap.
const BARE: [&str; 2] = ["thumbv6m-none-eabi", "riscv32imc-unknown-none-elf"];

/// With compare-and-swap of 32 bits, and not of 64.
const NARROW: [&str; 2] = ["thumbv7m-none-eabi", "riscv32imac-unknown-none-elf"];

const SINGLE_CORE: &str = "--cfg portable_atomic_unsafe_assume_single_core";

const FEATURES: &[&str] = &["critical-section", "defmt", "cortex-m", "riscv", "waker"];

/// The targets for which the compiler has no `core`.
static MISSING: LazyLock<Vec<&str>> =
    LazyLock::new(|| toolchain::missing_targets(&toolchain::rustc()));

/// A cargo that compiles for all these targets side by side, with warnings as errors in CI.
fn cargo(targets: &[&str], flags: &str) -> Command {
    let missing = &*MISSING;
    assert!(
        missing.is_empty(),
        "no `core` for {missing:?}: run `cargo xtask setup`"
    );
    let mut cargo = toolchain::cargo_as_configured(".");
    let targets = format!("build.target={targets:?}");
    cargo.args(["--config", &targets]);
    cargo.env("RUSTFLAGS", denying(flags));
    cargo
}

/// The same for this machine, where `RUSTFLAGS` would be those of the procedural macros too.
fn host_cargo(flags: &str) -> Command {
    let mut cargo = toolchain::host_cargo();
    set_flags(cargo.env_remove("RUSTFLAGS"), &denying(flags)).unwrap();
    cargo
}

fn denying(flags: &str) -> String {
    let deny = if env::var_os("INDIVISIBLE_CI").is_some() {
        "-Dwarnings"
    } else {
        ""
    };
    format!("{flags} {deny}").trim().to_owned()
}

/// Checks the library alone with each feature alone, with none, and with all.
fn check_features(cargo: impl Fn() -> Command, features: &[&str]) {
    for feature in features {
        check_alone(&cargo, &[feature]);
    }
    check_none_and_all(cargo, features);
}

/// Checks the library alone with each feature for one of two targets, the features of an architecture for that one, and with
/// none and with all for both.
fn check_features_in_turn([arm, riscv]: [&str; 2], flags: &str) {
    for (n, feature) in FEATURES.iter().enumerate() {
        let target = match *feature {
            "cortex-m" => arm,
            "riscv" => riscv,
            _ => [arm, riscv][n % 2],
        };
        check_alone(|| cargo(&[target], flags), &[feature]);
    }
    check_none_and_all(|| cargo(&[arm, riscv], flags), FEATURES);
}

fn check_none_and_all(cargo: impl Fn() -> Command, features: &[&str]) {
    for features in [&[], features] {
        check_alone(&cargo, features);
    }
}

fn check_alone(cargo: impl Fn() -> Command, features: &[&str]) {
    let output = cargo()
        .args(["check", "--quiet", "--package", "indivisible", "--lib"])
        .args(["--features", &features.join(",")])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "with {features:?}:\n{said}");
}

#[test]
fn every_feature_builds_for_every_board() {
    check_features(|| cargo(&BARE, ""), FEATURES);
    check_features_in_turn(NARROW, "");
    // The build script finds the same abilities on the others: see `targets.rs` in `dependents`.
    let mut others = toolchain::TARGETS.to_vec();
    others.retain(|it| !BARE.contains(it) && !NARROW.contains(it));
    assert_eq!(others, ["thumbv8m.main-none-eabi"]);
    check_none_and_all(|| cargo(&others, ""), FEATURES);
}

#[test]
fn every_feature_builds_for_a_single_core_without_compare_and_swap() {
    check_features_in_turn(BARE, SINGLE_CORE);
}

#[test]
fn every_feature_builds_for_this_machine() {
    let features = [FEATURES, &["std"]].concat();
    check_features(|| host_cargo(""), &features);
    // The cfg needs the feature: it is a switch of the tests, and the library's manifest does not name it.
    let forced = "--cfg indivisible_force_sections";
    for feature in &features {
        check_alone(|| host_cargo(forced), &["critical-section", feature]);
    }
}

/// Checks that the programs in the directories `accepted` compile, and that those in `refused` fail with
/// the errors that they name.
fn offers(
    case: &str,
    target: &str,
    flags: &str,
    features: &[&str],
    accepted: &[&str],
    refused: &[&str],
) {
    let mut consumer = Consumer::new(&format!("{case}-{target}"), features);
    // Another crate of the firmware may enable this: every atomic, if necessary with a spin lock.
    consumer.depend("portable-atomic = { version = \"1.11\", default-features = false, features = [\"fallback\"] }");
    let all = |dirs: &[&str]| {
        let dirs = dirs.iter().map(|it| programs(&format!("consumers/{it}")));
        dirs.collect::<Vec<_>>().concat()
    };
    let (accepted, refused) = (all(accepted), all(refused));
    accepted
        .iter()
        .chain(&refused)
        .for_each(|it| consumer.add(it));
    let mut failed = consumer.check_with(cargo(&[target], flags));
    let complaints = complaints(&refused, &failed);
    // The library's own conditions mean nothing to a user.
    let mut texts = failed.values().flatten().map(|(_, text)| text);
    if let Some(text) = texts.find(|it| it.contains("cfg(")) {
        panic!("{case}, {target}: a private condition is shown:\n{text}");
    }
    for program in &refused {
        failed.remove(integration_tests::consumer::name_of(program));
    }
    assert!(
        failed.is_empty(),
        "{case}, {target}: refused without a reason: {failed:#?}"
    );
    assert!(
        complaints.is_empty(),
        "{case}, {target}:\n{}",
        complaints.join("\n")
    );
}

#[test]
fn without_a_back_end_loads_and_stores_compile() {
    for target in BARE {
        let refused = ["refused/without_back_end", "refused/wide_loads"];
        offers("none", target, "", &[], &["load_store"], &refused);
    }
}

/// The programs that compile for a Cortex-M0 above, in particular the values of `Latest`, compile here too.
#[test]
fn on_this_machine_the_same_programs_compile() {
    let mut consumer = Consumer::new("host", &[]);
    programs("consumers/load_store")
        .iter()
        .for_each(|it| consumer.add(it));
    let failed = consumer.check();
    assert!(failed.is_empty(), "{failed:#?}");
}

#[test]
fn with_critical_sections_every_program_compiles() {
    for target in BARE {
        let accepted = ["load_store", "narrow", "surface", "wide"];
        offers(
            "sections",
            target,
            "",
            &["critical-section"],
            &accepted,
            &["refused/wide_loads", "refused/extras"],
        );
    }
}

/// 64 bits would need `portable-atomic/fallback`, which would apply to every crate of the program; the feature
/// `critical-section` provides them, and takes precedence over the cfg.
#[test]
fn on_a_single_core_64_bits_need_critical_sections() {
    for target in BARE {
        let refused = ["refused/wide", "refused/wide_loads", "refused/extras"];
        offers(
            "single",
            target,
            SINGLE_CORE,
            &[],
            &["load_store", "narrow", "surface"],
            &refused,
        );
        let accepted = ["load_store", "narrow", "surface", "wide"];
        let features = ["critical-section"];
        offers(
            "single-sections",
            target,
            SINGLE_CORE,
            &features,
            &accepted,
            &["refused/wide_loads", "refused/extras"],
        );
    }
}

#[test]
fn with_32_bit_compare_and_swap_there_are_no_64_bits() {
    for target in NARROW {
        let refused = ["refused/wide", "refused/wide_loads", "refused/extras"];
        // The feature is for targets without compare-and-swap, and changes nothing here.
        for (case, features) in [("native", &[][..]), ("unneeded", &["critical-section"])] {
            offers(
                case,
                target,
                "",
                features,
                &["load_store", "narrow", "surface"],
                &refused,
            );
        }
    }
}

/// Features that another crate of a firmware enables must not reach the library, and the reverse: under the
/// resolver of 2018, features of all targets are features of each.
#[test]
fn a_firmware_of_any_resolver_builds() {
    let kinds = [
        ("2018", Resolver::OfEdition),
        ("2021", Resolver::OfEdition),
        ("2024", Resolver::Named("1")),
        ("2024", Resolver::OfEdition),
        ("2024", Resolver::Virtual),
    ];
    for target in [BARE[0], NARROW[0]] {
        for (n, (edition, resolver)) in kinds.into_iter().enumerate() {
            for features in [&[][..], &["critical-section"]] {
                let name = format!("firmware-{n}-{}-{target}", features.len());
                let mut consumer = Consumer::new(&name, features);
                consumer.build_as(edition, resolver);
                consumer.depend("critical-section = \"1.2\"");
                let programs = programs("consumers/load_store");
                programs.iter().for_each(|it| consumer.add(it));
                let failed = consumer.check_with(cargo(&[target], ""));
                assert!(failed.is_empty(), "{name}: {failed:#?}");
            }
        }
    }
}

/// heapless enables features of portable-atomic, in several ways.
#[test]
fn a_firmware_with_heapless_builds() {
    let versions = ["0.8", "0.9"];
    let back_ends = [
        "portable-atomic",
        "portable-atomic-critical-section",
        "portable-atomic-unsafe-assume-single-core",
    ];
    for (version, back_end) in versions
        .iter()
        .flat_map(|it| back_ends.map(|back_end| (it, back_end)))
    {
        let name = format!("heapless-{}-{back_end}", version.replace('.', "-"));
        let mut consumer = Consumer::new(&name, &["critical-section"]);
        let line = format!("heapless = {{ version = {version:?}, features = [{back_end:?}] }}");
        consumer.depend(&line);
        for directory in ["load_store", "narrow", "surface"] {
            let programs = programs(&format!("consumers/{directory}"));
            programs.iter().for_each(|it| consumer.add(it));
        }
        // The first one alone chooses no back end, and heapless needs one for its own queues.
        let target = if back_end == "portable-atomic" {
            NARROW[0]
        } else {
            BARE[0]
        };
        let failed = consumer.check_with(cargo(&[target], ""));
        assert!(failed.is_empty(), "{name}: {failed:#?}");
    }
}

#[test]
#[should_panic(expected = "refused without a reason")]
fn a_program_refused_by_mistake_is_found() {
    offers("planted", NARROW[0], "", &[], &["wide"], &[]);
}

#[test]
#[should_panic(expected = "with [\"unheard-of\"]")]
fn a_feature_that_does_not_build_is_found() {
    check_features(|| host_cargo(""), &["unheard-of"]);
}
