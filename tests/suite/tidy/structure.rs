//! The relations between files.

use crate::{finds, source::Source};
use scenarios::Scenario;
use std::collections::{BTreeMap, BTreeSet};

/// The modules that each module of the library may name; every one may name `sync`.
pub(crate) const DIRECTIONS: &[(&str, &[&str])] = &[
    ("sync", &[]),
    ("guide", &[]),
    ("atomic", &[]),
    ("wait", &[]),
    ("race", &[]),
    ("stop", &["race", "wait"]),
    ("progress", &["wait"]),
    ("latest", &["atomic", "wait"]),
    ("stats", &["atomic", "latest"]),
    ("id", &["atomic"]),
    ("once", &["wait"]),
    ("pool", &[]),
];

/// The module at the crate's root that a file of `core/src` belongs to.
pub(crate) fn module(name: &str) -> &str {
    name.split('/')
        .next()
        .unwrap_or_default()
        .trim_end_matches(".rs")
}

pub(crate) fn depends_downwards(source: &Source) -> Vec<String> {
    let Some(name) = source.in_core().filter(|name| *name != "lib.rs") else {
        return Vec::new();
    };
    let own = module(name);
    let Some((_, allowed)) = DIRECTIONS.iter().find(|(module, _)| *module == own) else {
        return vec![format!("{}: `DIRECTIONS` has no row for it", source.path)];
    };
    let code: Vec<String> = source.code().map(|(_, code)| code).collect();
    let upwards = modules_named(&code.join("\n"))
        .into_iter()
        .filter(|(_, named)| named != own && named != "sync" && !allowed.contains(&named.as_str()));
    upwards
        .map(|(line, named)| source.at(line, &format!("{own} must not depend on {named}")))
        .collect()
}

/// The first path segment after each `crate::`, also in a group, and the line of the `crate`. A macro is not a
/// module.
pub(crate) fn modules_named(code: &str) -> Vec<(usize, String)> {
    let is_name = |it: char| it.is_alphanumeric() || it == '_';
    let first = |path: &str| -> String {
        let path = path.trim_start();
        let end = path.find(|it| !is_name(it)).unwrap_or(path.len());
        if path[end..].starts_with('!') {
            return String::new();
        }
        path[..end].to_owned()
    };
    let mut named = Vec::new();
    for (at, path) in code.match_indices("crate::") {
        let line = code[..at].matches('\n').count();
        let rest = &code[at + path.len()..];
        let paths = rest.strip_prefix('{').map_or(vec![rest], members);
        let names = paths.into_iter().map(first).filter(|it| !it.is_empty());
        named.extend(names.map(|it| (line, it)));
    }
    named
}

/// The parts of a group of imports between its commas, up to the closing brace.
fn members(group: &str) -> Vec<&str> {
    let mut members = Vec::new();
    let (mut start, mut depth) = (0, 0);
    for (at, character) in group.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            '}' => {
                members.push(&group[start..at]);
                return members;
            }
            ',' if depth == 0 => {
                members.push(&group[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    members
}

/// The packages whose files must not import each other in a circle.
const TOOLS: [&str; 4] = [
    "runner/src/",
    "tests/checkers/src/",
    "tests/cost/src/",
    "xtask/src/",
];

/// Files that may import from the module that contains them.
pub(crate) const UPWARDS: &[&str] = &["xtask/src/demo/"];

/// The part of a file before its unit tests.
fn library(source: &Source) -> String {
    let lines = source.text.lines();
    let lines: Vec<_> = lines
        .take_while(|line| !line.starts_with("#[cfg(test)]"))
        .collect();
    let source = Source::new(&source.path, &lines.join("\n"));
    let code: Vec<String> = source.code().map(|(_, code)| code).collect();
    code.join("\n")
}

/// The lines on which a file imports an item, not a module, through `super`.
pub(crate) fn parents_named(source: &Source) -> Vec<usize> {
    let code = library(source);
    let mut named = Vec::new();
    for (at, path) in code.match_indices("super::") {
        let rest = &code[at + path.len()..];
        let paths = rest.strip_prefix('{').map_or(vec![rest], members);
        let is_module = |path: &str| {
            let path = path.trim_start();
            let end = path.find("::").unwrap_or(0);
            end > 0 && path[..end].chars().all(|it| it.is_lowercase() || it == '_')
        };
        if !paths
            .iter()
            .all(|path| path.trim().is_empty() || is_module(path))
        {
            named.push(code[..at].matches('\n').count());
        }
    }
    named
}

pub(crate) fn imports_no_parent(source: &Source) -> Vec<String> {
    let is_tool = TOOLS.iter().any(|dir| source.path.starts_with(dir));
    if !is_tool || UPWARDS.iter().any(|dir| source.path.starts_with(dir)) {
        return Vec::new();
    }
    let lines = parents_named(source).into_iter();
    lines
        .map(|line| source.at(line, "an item of the containing module"))
        .collect()
}

/// A module at the root of a tool that, through others, imports itself.
pub(crate) fn has_no_circle(sources: &[Source]) -> Vec<String> {
    let mut complaints = Vec::new();
    for dir in TOOLS {
        let mut imports: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for source in sources {
            let Some(name) = source.path.strip_prefix(dir).filter(|_| source.is_rust()) else {
                continue;
            };
            let named = modules_named(&library(source)).into_iter().map(|it| it.1);
            let own = module(name);
            let others = named.filter(|it| it != own);
            imports.entry(own.to_owned()).or_default().extend(others);
        }
        // Modules that import only modules already removed are in no circle.
        while let Some(free) = imports
            .iter()
            .find(|(_, named)| named.iter().all(|it| !imports.contains_key(it)))
            .map(|(own, _)| own.clone())
        {
            imports.remove(&free);
        }
        let circle = imports.keys();
        complaints
            .extend(circle.map(|it| format!("{dir}{it}.rs is part of a circle, or needs one")));
    }
    complaints
}

pub(crate) fn is_small(source: &Source) -> Vec<String> {
    const MOST: usize = 500;
    let lines = source.text.lines().count();
    let is_large = source.in_core().is_some() && lines > MOST;
    is_large
        .then(|| format!("{}: {lines} lines", source.path))
        .into_iter()
        .collect()
}

/// A file of `core/src` without a `mod` declaration is never compiled.
pub(crate) fn reaches_every_module(sources: &[Source]) -> Vec<String> {
    let declares = |parent: &str, module: &str| {
        let declaration = format!("mod {module};");
        sources
            .iter()
            .filter(|it| it.in_core() == Some(parent))
            .any(|it| {
                it.code()
                    .any(|(_, code)| code.trim_end().ends_with(&declaration))
            })
    };
    let reached = |name: &str| {
        let path = name.trim_end_matches(".rs");
        match path.rsplit_once('/') {
            _ if path == "lib" => true,
            Some((parent, module)) => declares(&format!("{parent}.rs"), module),
            None => declares("lib.rs", path),
        }
    };
    let names = sources.iter().filter_map(Source::in_core);
    names
        .filter(|name| !reached(name))
        .map(|name| format!("core/src/{name}: no `mod` leads to it"))
        .collect()
}

/// Files with types that no host has; `tests/boards` asserts their traits.
pub(crate) const FOREIGN: &[&str] = &["wait/wfe.rs", "wait/wfi.rs"];

/// Only the words in the code of `auto_traits.rs` count, not the traits that it asserts.
pub(crate) fn tests_every_type(sources: &[Source]) -> Vec<String> {
    let tests = sources
        .iter()
        .filter(|it| it.path == "tests/suite/library/auto_traits.rs");
    let tested: BTreeSet<String> = tests
        .flat_map(Source::code)
        .flat_map(|(_, code)| {
            let words = code.split(|it: char| !it.is_alphanumeric() && it != '_');
            words.map(str::to_owned).collect::<Vec<_>>()
        })
        .collect();
    let mut untested = Vec::new();
    for source in sources {
        // `atomic` re-exports the public types of the facade.
        let Some(name) = source
            .in_core()
            .filter(|it| module(it) != "sync" && !FOREIGN.contains(it))
        else {
            continue;
        };
        for (n, code) in source.code() {
            for public in public_types(name, &code) {
                if !tested.contains(public) {
                    untested.push(source.at(n, "no test of its auto traits"));
                }
            }
        }
    }
    untested
}

/// The public types that a line of code defines, or re-exports in `atomic.rs`.
pub(crate) fn public_types<'a>(file: &str, code: &'a str) -> Vec<&'a str> {
    let is_end = |it: char| !it.is_alphanumeric();
    if file == "atomic.rs" {
        let words = code.split(is_end);
        return words
            .filter(|it| {
                it.strip_prefix("Atomic")
                    .is_some_and(|rest| !rest.is_empty())
            })
            .collect();
    }
    let public = ["pub struct ", "pub enum "]
        .iter()
        .find_map(|it| code.strip_prefix(it));
    public
        .and_then(|it| it.split(is_end).next())
        .into_iter()
        .collect()
}

/// Facts for every scenario; platform lines only for known boards.
pub(crate) fn records_every_scenario(sources: &[Source]) -> Vec<String> {
    const BOARDS: &[&str] = &[
        "host",
        "host-sections",
        "microbit",
        "lm3s6965evb",
        "virt",
        "mps2-an521",
    ];
    let recorded: BTreeSet<&str> = sources
        .iter()
        .filter_map(|it| it.path.strip_prefix("tests/expected/"))
        .collect();
    let names = Scenario::<host_demo::party::Threads>::ALL
        .iter()
        .map(|it| it.name);
    let mut known = BTreeSet::new();
    let mut complaints = Vec::new();
    for name in names {
        let facts = format!("{name}.out");
        if !recorded.contains(facts.as_str()) {
            complaints.push(format!("tests/expected/{facts} is missing"));
        }
        known.insert(facts);
        known.extend(BOARDS.iter().map(|board| format!("{name}.{board}.out")));
    }
    let orphans = recorded.iter().filter(|it| !known.contains(**it));
    complaints.extend(orphans.map(|it| format!("tests/expected/{it} belongs to no scenario")));
    complaints
}

#[test]
fn a_planted_dependency_is_found() {
    let fine = "//! crate::progress\nuse crate::sync::Change;\nuse crate::{race::A, wait::{Park, Unpark}};\n";
    for planted in [
        "use crate::progress::Progress;\n",
        "use crate::{sync::Change, progress::{Progress, SingleProgress}};\n",
        "let it = crate::progress::Progress::new(1);\n",
        "use crate::{\n    race::{A, B},\n    progress::Progress,\n};\n",
    ] {
        finds(depends_downwards, "core/src/stop.rs", fine, planted);
        finds(depends_downwards, "core/src/stop/signal.rs", fine, planted);
    }
    finds(
        depends_downwards,
        "core/src/stop.rs",
        fine,
        "use crate::unheard::Of;\n",
    );
    let new = Source::new("core/src/unheard.rs", "");
    assert_eq!(depends_downwards(&new).len(), 1);
}

#[test]
fn a_planted_import_of_the_containing_module_is_found() {
    let fine = "use super::{machine::Machine, uart::{Input, send}};\n\n#[cfg(test)]\nmod tests {\n    use super::*;\n}\n";
    for planted in [
        "use super::Machine;\n",
        "use super::{\n    machine::Machine,\n    Line,\n};\n",
    ] {
        finds(
            imports_no_parent,
            "runner/src/qemu/decode.rs",
            fine,
            planted,
        );
    }
}

#[test]
fn a_planted_circle_is_found() {
    let tree = |c: &str| {
        [
            Source::new("xtask/src/a.rs", "use crate::{b::B, d};\n"),
            Source::new("xtask/src/b/inner.rs", "use crate::c::C;\n"),
            Source::new("xtask/src/c.rs", c),
            Source::new("xtask/src/d.rs", ""),
        ]
    };
    let test = "#[cfg(test)]\nmod tests {\n    use crate::a::A;\n}\n";
    assert!(has_no_circle(&tree(test)).is_empty());
    assert_eq!(has_no_circle(&tree("use crate::a::A;\n")).len(), 3);
}

#[test]
fn a_planted_long_file_is_found() {
    let lines = |count| "\n".repeat(count);
    finds(is_small, "core/src/id.rs", &lines(500), &lines(501));
}

#[test]
fn a_planted_unreachable_module_is_found() {
    let tree = |id: &str| {
        [
            Source::new("core/src/lib.rs", "pub mod id;\n"),
            Source::new("core/src/id.rs", id),
            Source::new("core/src/id/lease.rs", ""),
        ]
    };
    assert!(reaches_every_module(&tree("mod lease;\n")).is_empty());
    assert_eq!(reaches_every_module(&tree("// mod lease;\n")).len(), 1);
}

#[test]
fn a_planted_type_is_found() {
    let tree = |tests: &str| {
        [
            Source::new("core/src/id.rs", "pub struct IdLease<'a, T: Id> {\n"),
            Source::new("tests/suite/library/auto_traits.rs", tests),
        ]
    };
    assert!(tests_every_type(&tree("assert_impl_all!(IdLease<'static, u8>: Send);\n")).is_empty());
    assert_eq!(tests_every_type(&tree("// IdLease\nuse Lease;\n")).len(), 1);

    assert_eq!(public_types("id.rs", "pub enum Policy {"), ["Policy"]);
    assert_eq!(public_types("id.rs", "use AtomicU8;"), [""; 0]);
    let named = public_types("atomic.rs", "    AtomicBool, AtomicI8, // AtomicU8");
    assert_eq!(named, ["AtomicBool", "AtomicI8", "AtomicU8"]);
}

#[test]
fn a_missing_and_a_left_over_transcript_are_found() {
    let names = Scenario::<host_demo::party::Threads>::ALL
        .iter()
        .map(|it| it.name);
    let facts = |name| Source::new(&format!("tests/expected/{name}.out"), "");
    let mut recorded: Vec<Source> = names.map(facts).collect();
    assert!(records_every_scenario(&recorded).is_empty());
    recorded.pop();
    assert_eq!(records_every_scenario(&recorded).len(), 1);
    recorded.push(facts("unheard-of"));
    assert_eq!(records_every_scenario(&recorded).len(), 2);
}
