//! The names and outputs in the README exist. (Its Rust is a doc test of the library.)

use crate::source::tracked;
use integration_tests::root;
use scenarios::Scenario;
use std::{collections::BTreeSet, fs};

type OnThreads = Scenario<host_demo::party::Threads>;

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).unwrap()
}

/// The text of all files in a directory and below; empty if there is no such directory.
fn text_of(dir: &str) -> String {
    let (mut text, mut dirs) = (String::new(), vec![root().join(dir)]);
    while let Some(dir) = dirs.pop() {
        for entry in fs::read_dir(dir).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                dirs.push(path);
            } else {
                text.push_str(&fs::read_to_string(path).unwrap());
            }
        }
    }
    text
}

/// The rows of the table under a heading: without the heads of its columns, cell by cell.
fn table(readme: &str, heading: &str) -> Vec<Vec<String>> {
    let start = readme.find(&format!("\n## {heading}\n")).expect(heading);
    let lines = readme[start..]
        .lines()
        .skip_while(|line| !line.starts_with('|'));
    let rows = lines.take_while(|line| line.starts_with('|')).skip(2);
    let cells = |row: &str| {
        row.trim_matches('|')
            .split('|')
            .map(|it| it.trim().to_owned())
            .collect()
    };
    rows.map(cells).collect()
}

/// The bold names in the list of types, each with the calls in parentheses after it.
fn calls(readme: &str) -> Vec<(&str, Vec<&str>)> {
    let (_, list) = readme.split_once("\n## What there is\n").unwrap();
    let (list, _) = list.split_once("\n## ").unwrap();
    let names = list.split("**`").skip(1);
    let with_calls = names.filter_map(|it| {
        let (name, rest) = it.split_once("`**")?;
        let calls = rest.strip_prefix(" (").and_then(|it| it.split_once(')'));
        Some((name, calls.map_or(Vec::new(), |it| quoted(it.0).collect())))
    });
    with_calls.collect()
}

/// The parts of a text in backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

fn difference(one: &BTreeSet<String>, other: &BTreeSet<String>) -> Vec<String> {
    one.symmetric_difference(other).cloned().collect()
}

#[test]
fn the_chapter_map_has_every_scenario() {
    let rows = table(&readme(), "The chapter");
    let shown = rows
        .iter()
        .flat_map(|row| quoted(&row[2]))
        .map(str::to_owned)
        .collect();
    let all = OnThreads::ALL.iter().map(|it| it.name.to_owned()).collect();
    assert_eq!(difference(&shown, &all), Vec::<String>::new());
}

#[test]
fn the_chapter_map_and_the_list_of_types_name_existing_items() {
    let readme = readme();
    let library = |path: &str| fs::read_to_string(root().join("core/src").join(path));
    let modules = table(&readme, "The chapter");
    for module in modules.iter().flat_map(|row| quoted(&row[1])) {
        assert!(
            library(&format!("{module}.rs")).is_ok(),
            "no module {module}"
        );
    }
    let tour = calls(&readme);
    assert!(tour.len() > 10, "{tour:?}");
    for (name, calls) in tour {
        let (module, item) = name.split_once("::").expect(name);
        let text = library(&format!("{module}.rs")).expect(module);
        let text = text + &text_of(&format!("core/src/{module}"));
        let declared = ["struct", "trait"].map(|it| format!("pub {it} {item}"));
        let found = item == "*" || declared.iter().any(|it| text.contains(it));
        assert!(found, "no {item} in {module}");
        let absent: Vec<_> = absent(&calls, &text);
        assert!(
            absent.is_empty(),
            "{module} has no function of {item} named {absent:?}"
        );
        assert_eq!(calls.is_empty(), item == "*", "{name} without a call");
    }
}

/// The calls that `library` does not define.
fn absent<'a>(calls: &[&'a str], library: &str) -> Vec<&'a str> {
    let defined = |call: &str| {
        let begins = ["(", "<"].map(|end| format!("fn {call}{end}"));
        begins.iter().any(|it| library.contains(it))
    };
    let calls = calls.iter().copied();
    calls.filter(|call| !defined(call)).collect()
}

#[test]
fn a_planted_call_is_found() {
    let readme = "\n## What there is\n\n- **`stop::StopFlag`** (`reset` or `stop_now`): `x`\n- **`wait::*`**: y\n\n## ";
    let calls = calls(readme);
    assert_eq!(calls[0].1, ["reset", "stop_now"]);
    assert_eq!(calls[1], ("wait::*", vec![]));
    assert_eq!(absent(&calls[0].1, "pub fn reset(&self)"), ["stop_now"]);
}

/// The versions of the library in the manifests that a text shows.
fn versions(text: &str) -> Vec<String> {
    let version = ["indivisible = { ", "version = "].concat();
    // In a format string, braces are doubled.
    let text = text.replace("{{", "{");
    let found = text.split(&version).skip(1).map(|it| {
        let it = it.trim_start_matches(['\\', '"']);
        let end = it.find(|c: char| c != '.' && !c.is_ascii_digit());
        it[..end.unwrap_or(it.len())].to_owned()
    });
    found.collect()
}

#[test]
fn every_manifest_asks_for_the_version_of_the_library() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let (_, version) = manifest.split_once("\nversion = \"").unwrap();
    let (minor, _) = version.split_once('"').unwrap().0.rsplit_once('.').unwrap();
    let sources = tracked();
    let asked: Vec<_> = sources
        .iter()
        .flat_map(|it| {
            versions(&it.text)
                .into_iter()
                .map(|version| (&it.path, version))
        })
        .collect();
    assert!(asked.len() > 10, "{asked:?}");
    let others: Vec<_> = asked.iter().filter(|(_, it)| it != minor).collect();
    assert!(others.is_empty(), "not {minor}: {others:?}");
    let planted = ["indivisible = {{ ", "version = \\\"7.5\\\", features"].concat();
    assert_eq!(versions(&planted), ["7.5"]);
}

#[test]
fn a_program_prints_the_output_that_is_shown() {
    const MARK: &str = "<!-- what `compare-exchange` prints -->\n```text\n";
    let readme = readme();
    let (_, shown) = readme.split_once(MARK).expect(MARK);
    let (shown, _) = shown.split_once("```\n").expect("the end of the block");
    let mut printed = String::new();
    let scenario = OnThreads::named("compare-exchange").unwrap();
    scenario.run(&host_demo::party::Threads, &mut |line| {
        printed.push_str(&format!("{line}\n"));
    });
    assert_eq!(shown, printed);
}

#[test]
fn the_program_for_each_hazard_exists() {
    for row in table(&readme(), "Hazards") {
        for name in quoted(&row[1]) {
            let is_scenario = OnThreads::ALL.iter().any(|it| it.name == name);
            let is_path = name.contains('/') && root().join(name).exists();
            let is_module = root().join(format!("core/src/{name}.rs")).exists();
            assert!(
                is_scenario || is_path || is_module,
                "{name}: neither scenario, path nor module"
            );
        }
    }
}

/// Messages of cargo, the linker, QEMU and other crates are in no file of this repository.
#[test]
fn messages_are_those_of_the_sources() {
    let sources = [text_of("core/src"), text_of("core/build")].concat();
    let rows = table(&readme(), "Troubleshooting");
    let of_the_tools = [
        "symbol: ",
        "linker script",
        "can't find crate",
        "unsupported target",
        "semihosting",
        "could not execute",
        "Lockup",
        "restore-state",
    ];
    let ours = rows
        .iter()
        .flat_map(|row| quoted(&row[0]))
        .filter(|it| !of_the_tools.iter().any(|part| it.contains(part)));
    let gone: Vec<_> = ours.filter(|message| !sources.contains(message)).collect();
    assert!(gone.is_empty(), "{gone:?}");
}

/// Each path in CONTRIBUTING.md; `NAME` stands for a module.
#[test]
fn every_path_in_contributing_exists() {
    let text = fs::read_to_string(root().join("CONTRIBUTING.md")).unwrap();
    let prose: String = text.split("```").step_by(2).collect();
    let paths: Vec<_> = quoted(&prose)
        .filter(|it| it.contains('/') && !it.contains(' '))
        .map(|it| {
            it.replace(
                "NAME",
                if it.contains("scenarios/") || it.contains("expected/") {
                    "aba"
                } else {
                    "id"
                },
            )
        })
        .collect();
    assert!(paths.len() > 20, "{paths:?}");
    let gone: Vec<_> = paths
        .iter()
        .filter(|it| !root().join(it).exists())
        .collect();
    assert!(gone.is_empty(), "{gone:?}");
}

/// The package's README is the library's documentation, and so its programs are compiled and run.
#[test]
fn a_program_without_a_project_is_one_of_the_package() {
    const MARK: &str = "<!-- also in core/README.md -->\n";
    let readme = readme();
    let package = fs::read_to_string(root().join("core/README.md")).unwrap();
    for shown in readme.split(MARK).skip(1) {
        let (program, _) = shown.split_once("\n```\n").expect("the end of the block");
        let is_shown = program.starts_with("```rust\n") && package.contains(program);
        assert!(is_shown, "{program}");
    }
    let blocks = readme.split("```rust\n").count() - 1;
    let marked =
        readme.matches("src/main.rs -->\n```rust\n").count() + readme.matches(MARK).count();
    assert_eq!(blocks, marked, "a program that is not tested");
}

/// The directories in the tree that a document shows below a heading.
fn layout(document: &str, heading: &str) -> BTreeSet<String> {
    let (_, layout) = document
        .split_once(&format!("## {heading}\n\n```text\n"))
        .unwrap();
    let (layout, _) = layout.split_once("```").unwrap();
    let top = layout.lines().filter(|line| !line.starts_with(' '));
    top.map(|line| line.split('/').next().unwrap_or_default().to_owned())
        .collect()
}

#[test]
fn the_layout_is_that_of_the_repository() {
    let contributing = fs::read_to_string(root().join("CONTRIBUTING.md")).unwrap();
    // Those at the top of the repository that hold a tracked file; one that begins with a dot is for tools.
    let sources = tracked();
    let dirs = sources.iter().filter_map(|it| it.path.split_once('/'));
    let dirs = dirs.map(|(dir, _)| dir).filter(|it| !it.starts_with('.'));
    let dirs: BTreeSet<String> = dirs.map(str::to_owned).collect();
    for shown in [
        layout(&readme(), "Layout"),
        layout(&contributing, "The tree"),
    ] {
        assert_eq!(difference(&shown, &dirs), Vec::<String>::new());
    }
    let planted = "## Layout\n\n```text\ncore/  a\n  src/  b\nxtask/\n```\n";
    let planted = layout(planted, "Layout").into_iter().collect::<Vec<_>>();
    assert_eq!(planted, ["core", "xtask"]);
}

#[test]
fn features_and_minimum_rust_are_those_of_the_manifest() {
    let readme = readme();
    let manifest = fs::read_to_string(root().join("core/Cargo.toml")).unwrap();
    let (_, features) = manifest.split_once("[features]\n").unwrap();
    let (features, _) = features.split_once("\n[").unwrap();
    let declared = features.lines().filter_map(|line| line.split_once(" = "));
    let declared = declared.map(|(name, _)| name.to_owned()).collect();
    let package = fs::read_to_string(root().join("core/README.md")).unwrap();
    for document in [&readme, &package] {
        let rows = table(document, "Features");
        let listed = rows.iter().flat_map(|row| quoted(&row[0]));
        let listed = listed.map(str::to_owned).collect();
        assert_eq!(difference(&listed, &declared), Vec::<String>::new());
    }

    let (_, rust) = readme.split_once("Minimum Rust: ").unwrap();
    let rust = rust.split_whitespace().next().unwrap();
    assert!(
        manifest.contains(&format!("rust-version = {rust:?}")),
        "{rust}"
    );
}

/// The test binaries of the integration tests that a document's commands name, and that `manifest` has not.
fn absent_binaries<'a>(document: &'a str, manifest: &str) -> Vec<&'a str> {
    let commands = document.split("-p integration-tests").skip(1);
    let named = commands.filter_map(|command| {
        let command = command.split('`').next()?;
        let (_, name) = command.split_once("--test ")?;
        name.split_whitespace().next()
    });
    named
        .filter(|name| !manifest.contains(&format!("[[test]]\nname = \"{name}\"\n")))
        .collect()
}

#[test]
fn the_commands_name_tests_that_exist() {
    let manifest = fs::read_to_string(root().join("tests/Cargo.toml")).unwrap();
    for name in ["README.md", "CONTRIBUTING.md"] {
        let document = fs::read_to_string(root().join(name))
            .unwrap()
            .replace('\n', " ");
        assert!(document.contains("-p integration-tests"), "{name}");
        assert_eq!(absent_binaries(&document, &manifest), Vec::<&str>::new());
    }
    let planted = "`cargo test -p integration-tests --test threads stop`";
    assert_eq!(absent_binaries(planted, &manifest), ["threads"]);
}

#[test]
fn a_wrong_row_is_read_unchanged() {
    let readme =
        "\n## Hazards\n\n| a | b |\n|---|---|\n| one | `gone`, `x` |\n| two | no |\n\ntext\n";
    let rows = table(readme, "Hazards");
    assert_eq!(rows.len(), 2);
    assert_eq!(quoted(&rows[0][1]).collect::<Vec<_>>(), ["gone", "x"]);
    let [shown, all] = [["gone"], ["here"]].map(|it| it.map(str::to_owned).into());
    assert_eq!(difference(&shown, &all), ["gone", "here"]);
}
