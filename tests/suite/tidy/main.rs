//! The rules of this repository that no compiler checks.
//!
//! Each rule is a function of one file, or of all, and has a planted violation that it must find.

mod examples;
mod facade;
mod guide;
mod language;
mod permissions;
mod public;
mod readme;
mod source;
mod structure;
mod techniques;
mod text;

use source::{Source, tracked};

/// A rule about one file; returns the lines that break it.
type Rule = fn(&Source) -> Vec<String>;

/// A rule about all files together.
type WholeRule = fn(&[Source]) -> Vec<String>;

const RULES: &[(&str, Rule)] = &[
    (
        "only the facade names targets and back ends",
        facade::knows_no_target,
    ),
    ("defmt is optional", facade::gates_defmt),
    ("SeqCst has one place", facade::needs_no_total_order),
    ("modules depend downwards", structure::depends_downwards),
    ("files are small", structure::is_small),
    ("prose is plain", language::is_plain),
    (
        "no file imports from the module that contains it",
        structure::imports_no_parent,
    ),
    ("unsafe is argued", text::argues_unsafe),
    ("allow has a reason", text::gives_reasons),
    ("tests do not sleep", text::does_not_sleep),
    ("two runs share no directory", text::writes_alone),
    ("no machine is named", text::names_no_machine),
];

const WHOLE_RULES: &[(&str, WholeRule)] = &[
    ("every permission is used", permissions::are_used),
    (
        "modules of the tools form no circle",
        structure::has_no_circle,
    ),
    ("every module is reachable", structure::reaches_every_module),
    (
        "every public type has its auto traits tested",
        structure::tests_every_type,
    ),
    (
        "every public function is shown not to panic",
        public::calls_every_function,
    ),
    (
        "every primitive is tested by every technique",
        techniques::are_complete,
    ),
    (
        "every example in documentation is compiled",
        examples::are_compiled,
    ),
    (
        "every scenario is recorded, and nothing else",
        structure::records_every_scenario,
    ),
];

#[test]
fn the_repository_is_tidy() {
    let sources = tracked();
    let mut complaints = Vec::new();
    for (name, rule) in RULES {
        let broken = sources.iter().flat_map(rule);
        complaints.extend(broken.map(|it| format!("{name}: {it}")));
    }
    for (name, rule) in WHOLE_RULES {
        complaints.extend(rule(&sources).iter().map(|it| format!("{name}: {it}")));
    }
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

#[test]
fn the_files_are_there() {
    let sources = tracked();
    for path in [
        "core/src/lib.rs",
        "Cargo.toml",
        "tests/suite/library/auto_traits.rs",
    ] {
        assert!(
            sources.iter().any(|it| it.path == path),
            "{path} is not tracked"
        );
    }
}

/// Checks that `rule` accepts `fine`, and finds one line in `planted`.
#[cfg(test)]
fn finds(rule: Rule, path: &str, fine: &str, planted: &str) {
    let broken = |text: &str| rule(&Source::new(path, text));
    assert!(broken(fine).is_empty(), "{:?}", broken(fine));
    assert_eq!(
        broken(planted).len(),
        1,
        "{planted:?}: {:?}",
        broken(planted)
    );
}
