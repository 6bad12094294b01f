//! Other projects that depend on the library, with each resolver and edition.

use integration_tests::{
    consumer::{Consumer, Resolver, complaints, programs},
    folder,
};
use std::{fs, process::Command};

/// Each resolver with each edition that allows it.
const KINDS: &[(&str, &str, Resolver)] = &[
    ("resolver-1-2018", "2018", Resolver::OfEdition),
    ("resolver-2-2018", "2018", Resolver::Named("2")),
    ("resolver-1-2021", "2021", Resolver::Named("1")),
    ("resolver-2-2021", "2021", Resolver::OfEdition),
    ("resolver-1-2024", "2024", Resolver::Named("1")),
    ("resolver-3-2024", "2024", Resolver::OfEdition),
    ("virtual-2018", "2018", Resolver::Virtual),
    ("virtual-2024", "2024", Resolver::Virtual),
];

fn check(mut consumer: Consumer, directories: &[&str]) -> Consumer {
    for directory in directories {
        let programs = programs(&format!("consumers/{directory}"));
        programs.iter().for_each(|it| consumer.add(it));
    }
    let failed = consumer.check();
    assert!(failed.is_empty(), "{failed:#?}");
    consumer
}

#[test]
fn every_resolver_and_edition_builds() {
    for (name, edition, resolver) in KINDS {
        let mut consumer = Consumer::new(name, &[]);
        consumer.build_as(edition, *resolver);
        check(consumer, &["load_store", "narrow", "wide"]);
    }
}

/// The list of every operation of the atomics; `builds.rs` checks it for bare-metal targets.
#[test]
fn the_atomics_have_the_same_surface_in_both_modes() {
    check(Consumer::new("surface-native", &[]), &["surface"]);

    let mut consumer = Consumer::new("surface-sections", &["critical-section"]);
    programs("consumers/surface")
        .iter()
        .for_each(|it| consumer.add(it));
    let mut cargo = Command::new(env!("CARGO"));
    cargo.env("RUSTFLAGS", "--cfg indivisible_force_sections");
    let failed = consumer.check_with(cargo);
    assert!(failed.is_empty(), "{failed:#?}");
}

/// `update` and `try_update` are younger in `core` than the oldest compiler of this repository.
#[test]
fn the_surface_is_that_of_core() {
    let list = fs::read_to_string(&programs("consumers/surface")[0]).unwrap();
    let lines = list.lines().filter(|it| !it.contains("word.try_update("));
    let list: Vec<&str> = lines.collect();
    let list = list.join("\n");
    assert!(list.contains("use indivisible::atomic::") && list.contains("word.update("));
    let list = list
        .replace("use indivisible::atomic::", "use core::sync::atomic::")
        .replace(
            "word.update(AcqRel, Acquire, |old| old)",
            "word.load(Relaxed)",
        );
    let dir = folder::inside("dependents");
    fs::create_dir_all(&dir).unwrap();
    let program = dir.join("as_core.rs");
    fs::write(&program, list).unwrap();
    let mut consumer = Consumer::new("surface-core", &[]);
    consumer.add(&program);
    let failed = consumer.check();
    assert!(failed.is_empty(), "{failed:#?}");
}

#[test]
fn extras_of_portable_atomic_are_absent() {
    let refused = programs("consumers/refused/extras");
    let mut consumer = Consumer::new("extras", &[]);
    refused.iter().for_each(|it| consumer.add(it));
    let complaints = complaints(&refused, &consumer.check());
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn a_lock_file_has_the_library_and_one_dependency() {
    for (name, edition, resolver) in KINDS {
        let mut consumer = Consumer::new(&format!("lock-{name}"), &[]);
        consumer.build_as(edition, *resolver);
        let locked = check(consumer, &["load_store"]).locked();
        assert_eq!(locked.len(), 3, "{locked:?}");
        for dependency in ["indivisible", "portable-atomic"] {
            assert!(locked.iter().any(|it| it == dependency), "{locked:?}");
        }
    }
}

#[test]
fn a_feature_adds_the_dependency_of_its_name_to_the_lock_file() {
    let locked = |feature: &str| {
        let name = format!("lock-{feature}");
        check(Consumer::new(&name, &[feature]), &["load_store"]).locked()
    };
    for feature in ["std", "waker"] {
        assert_eq!(locked(feature).len(), 3);
    }
    let sections = locked("critical-section");
    assert!(sections.iter().any(|it| it == "critical-section"));
    assert_eq!(sections.len(), 4, "{sections:?}");
}
