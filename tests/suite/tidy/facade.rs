//! Only the facade has conditions on the target.

use crate::{finds, source::Source};

/// Files with conditions on the target and the back end.
fn is_facade(name: &str) -> bool {
    ["sync.rs", "wait.rs"].contains(&name)
        || ["sync/", "wait/"].iter().any(|dir| name.starts_with(dir))
}

pub(crate) fn knows_no_target(source: &Source) -> Vec<String> {
    const WORDS: &[&str] = &[
        "target_",
        "(indivisible_",
        ", indivisible_",
        "portable_atomic",
        "sync::atomic",
        "critical_section::",
        "loom::",
    ];
    match source.in_core() {
        Some(name) if !is_facade(name) => {
            // Unit tests run on the host only.
            let (library, _) = source.text.split_once(TESTS).unwrap_or((&source.text, ""));
            let library = Source::new(&source.path, library);
            library.lines_with(WORDS, "belongs into the facade")
        }
        _ => Vec::new(),
    }
}

/// The line before the unit tests at the end of a file.
const TESTS: &str = "\n#[cfg(test)]\nmod tests {\n";

/// A `defmt` outside of `#[cfg(feature = "defmt")]` items and attributes.
pub(crate) fn gates_defmt(source: &Source) -> Vec<String> {
    const GATE: &str = "#[cfg(feature = \"defmt\")]";
    if source.in_core().is_none() {
        return Vec::new();
    }
    let mut ungated = Vec::new();
    // Indentation of the gate of the current item.
    let mut gated: Option<usize> = None;
    for (n, line) in source.text.lines().enumerate() {
        let code = source
            .code()
            .nth(n)
            .map(|(_, code)| code)
            .unwrap_or_default();
        let indentation = line.len() - line.trim_start().len();
        if line.trim() == GATE {
            gated = gated.or(Some(indentation));
        } else if gated.is_none() && code.contains("defmt") && !line.contains("feature = \"defmt\"")
        {
            ungated.push(source.at(n, "without the feature"));
        }
        let ends = ["}", ";"].iter().any(|end| code.trim_end().ends_with(end));
        if gated == Some(indentation) && ends {
            gated = None;
        }
    }
    ungated
}

/// Files outside the facade that argue for a `SeqCst` fence.
pub(crate) const TOTAL_ORDER: &[&str] = &["latest/reader.rs", "stats/sharded.rs"];

pub(crate) fn needs_no_total_order(source: &Source) -> Vec<String> {
    match source.in_core() {
        Some(name) if !name.starts_with("sync/") && !TOTAL_ORDER.contains(&name) => {
            source.lines_with(&["SeqCst"], "is argued nowhere here")
        }
        _ => Vec::new(),
    }
}

#[test]
fn a_planted_target_is_found() {
    let fine = "// cfg(target_os) and loom\nuse crate::sync::plain;\n#[cfg(wide)]\n\
                fn it() {}\n\n#[cfg(test)]\nmod tests {\n    use core::sync::atomic::AtomicU8;\n}\n";
    for planted in [
        "#[cfg(target_has_atomic = \"32\")]\n",
        "if cfg!(indivisible_force_sections) {\n",
        "use core::sync::atomic::AtomicU8;\n",
        "use core::{fmt, sync::atomic::AtomicU8};\n",
        "critical_section::with(|_| ());\n",
        "use portable_atomic::AtomicU8;\n",
        "use loom::thread;\n",
    ] {
        finds(knows_no_target, "core/src/stop.rs", fine, planted);
        let elsewhere = |path| knows_no_target(&Source::new(path, planted));
        assert!(elsewhere("core/src/sync/backend/native.rs").is_empty());
        assert!(elsewhere("scenarios/src/lib.rs").is_empty());
    }
}

#[test]
fn a_planted_defmt_is_found() {
    let fine = "
#[cfg_attr(feature = \"defmt\", derive(defmt::Format))]
struct A;
    #[cfg(feature = \"defmt\")]
    impl defmt::Format for A {
        fn format(&self, f: defmt::Formatter<'_>) {
            defmt::write!(f, \"A\");
        }
    }
#[cfg(feature = \"defmt\")]
use defmt::Format;
";
    finds(
        gates_defmt,
        "core/src/stop.rs",
        fine,
        "#[derive(defmt::Format)]\nstruct A;\n",
    );
    let after = format!("{fine}use defmt::write;\n");
    finds(gates_defmt, "core/src/stop.rs", fine, &after);
}

#[test]
fn a_planted_seq_cst_is_found() {
    let planted = "word.load(SeqCst);\n";
    finds(
        needs_no_total_order,
        "core/src/id.rs",
        "// SeqCst\n",
        planted,
    );
    assert!(
        needs_no_total_order(&Source::new("core/src/sync/backend/section.rs", planted)).is_empty()
    );
}
