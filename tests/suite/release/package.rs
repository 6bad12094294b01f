//! The package on crates.io, and its documentation on docs.rs.

use integration_tests::folder;
use runner::toolchain::{self, wrapper::allow_unstable};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The output of a command on both streams; the command must succeed.
fn said(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8(said).unwrap();
    assert!(output.status.success(), "{command:?}:\n{said}");
    said
}

fn cargo_package(package: &str) -> Command {
    let mut cargo = toolchain::host_cargo();
    cargo
        .args([
            "package",
            "--package",
            package,
            "--allow-dirty",
            "--target-dir",
        ])
        .arg(folder::inside("package"));
    cargo
}

const LICENCES: [&str; 2] = ["LICENSE-APACHE", "LICENSE-MIT"];

/// What each other published package lacks: a licence, or a field of the manifest that crates.io requires.
fn lacking(listed: &str) -> Vec<&str> {
    let warnings = listed.lines().filter(|it| it.starts_with("warning"));
    let absent = LICENCES.iter().copied();
    let absent = absent.filter(|licence| !listed.lines().any(|it| it == *licence));
    warnings.chain(absent).collect()
}

#[test]
fn the_packages_of_interloper_have_the_licences_and_every_field() {
    for package in ["interloper", "interloper-table"] {
        let listed = said(cargo_package(package).arg("--list"));
        assert!(listed.contains("src/lib.rs"), "{listed}");
        assert_eq!(lacking(&listed), Vec::<&str>::new(), "{package}");
    }
    let planted = "LICENSE-MIT\nwarning: manifest has no repository\n";
    assert_eq!(lacking(planted).len(), 2);
}

#[test]
fn the_package_has_the_sources_and_the_licences_and_builds() {
    let listed = said(cargo_package("indivisible").args(["--list", "--quiet"]));
    let listed: BTreeSet<&str> = listed.lines().collect();
    let beside: BTreeSet<&str> = listed
        .iter()
        .copied()
        .filter(|it| !it.starts_with("src/") && !it.starts_with("build/"))
        .collect();
    let made_by_cargo = [".cargo_vcs_info.json", "Cargo.lock", "Cargo.toml.orig"];
    let ours = [
        "Cargo.toml",
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "README.md",
        "build.rs",
    ];
    assert_eq!(beside, made_by_cargo.into_iter().chain(ours).collect());
    assert!(listed.contains("src/lib.rs"));

    // Cargo warns of a missing field of the manifest that crates.io requires.
    let said = said(&mut cargo_package("indivisible"));
    assert!(!said.contains("warning"), "{said}");
    for licence in LICENCES {
        let text = |dir: &str| fs::read_to_string(runner::root().join(dir).join(licence)).unwrap();
        assert_eq!(text("core"), text("."));
    }
}

/// The settings of docs.rs in the library's manifest.
fn docs_rs() -> serde_json::Value {
    let mut metadata = toolchain::host_cargo();
    metadata.args(["metadata", "--quiet", "--no-deps", "--format-version", "1"]);
    let output = metadata.output().unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let library = packages
        .iter()
        .find(|it| it["name"] == "indivisible")
        .unwrap();
    library["metadata"]["docs"]["rs"].clone()
}

fn strings(list: &serde_json::Value) -> Vec<&str> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|it| it.as_str().unwrap())
        .collect()
}

/// `cargo doc` for this machine, with these flags of rustdoc's and with its warnings as errors.
fn doc_for_host(flags: &str) -> Command {
    let mut doc = toolchain::host_cargo();
    doc.arg("doc").env("RUSTDOCFLAGS", denying(flags));
    doc
}

fn denying(flags: &str) -> String {
    format!("{flags} -Dwarnings").trim().to_owned()
}

fn docs() -> PathBuf {
    folder::inside("docs.rs")
}

/// Runs `cargo doc` for the package alone; its messages if it fails.
fn run(doc: &mut Command) -> Result<(), String> {
    doc.args(["--quiet", "--no-deps"]);
    toolchain::set_output(doc, "docs.rs");
    let output = doc.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    output.status.success().then_some(()).ok_or(said)
}

/// Documents the library as docs.rs does, for one of its targets; returns the directory of the pages.
fn document(settings: &serde_json::Value, target: &str) -> PathBuf {
    assert_eq!(settings["all-features"], true);
    let flags = strings(&settings["rustdoc-args"]).join(" ");
    let mut doc = if toolchain::TARGETS.contains(&target) {
        toolchain::cargo_doc(target, ".", &denying(&flags)).unwrap()
    } else {
        let mut doc = doc_for_host(&flags);
        doc.args(["--target", target]);
        doc
    };
    doc.args(["--package", "indivisible", "--all-features"]);
    // docs.rs has a nightly compiler.
    allow_unstable(&mut doc).unwrap();
    run(&mut doc).unwrap_or_else(|said| panic!("{target}:\n{said}"));
    docs().join(target).join("doc/indivisible")
}

/// The conditions on a page, without their markup.
fn conditions(page: &str) -> Vec<String> {
    let banners = page.split("class=\"stab portability\"").skip(1);
    let text = |banner: &str| {
        let (_, banner) = banner.split_once('>').unwrap();
        let end = ["</span>", "</div>"]
            .iter()
            .filter_map(|it| banner.find(it));
        let banner = &banner[..end.min().unwrap()];
        let mut in_tag = false;
        banner
            .chars()
            .filter(|it| {
                let shown = !in_tag && *it != '<';
                in_tag = *it == '<' || in_tag && *it != '>';
                shown
            })
            .collect()
    };
    banners.map(text).collect()
}

fn pages(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).unwrap().map(|it| it.unwrap().path());
    let (dirs, files): (Vec<_>, Vec<_>) = entries.partition(|it| it.is_dir());
    let below = dirs.iter().flat_map(|it| pages(it));
    below
        .chain(
            files
                .into_iter()
                .filter(|it| it.extension().is_some_and(|it| it == "html")),
        )
        .collect()
}

/// The features that a list of items names without the word.
const BRIEF: [&str; 2] = ["std", "waker"];

#[test]
fn docs_rs_shows_every_item_with_its_feature() {
    let settings = docs_rs();
    let host = "x86_64-unknown-linux-gnu";
    let bare = [
        "thumbv6m-none-eabi",
        "thumbv7m-none-eabi",
        "riscv32imc-unknown-none-elf",
    ];
    assert_eq!(strings(&settings["targets"]), [&[host][..], &bare].concat());

    let on_host = document(&settings, host);
    // The name of a condition of build.rs or of a test means nothing to a reader.
    for page in pages(&on_host) {
        for condition in conditions(&fs::read_to_string(&page).unwrap()) {
            let is_feature = condition.contains("feature") || BRIEF.contains(&condition.as_str());
            // A type that `atomic` re-exports has the conditions of its own crate.
            let is_atomic = page.starts_with(on_host.join("atomic"));
            let is_foreign = is_atomic && condition.contains("portable_atomic");
            assert!(is_feature || is_foreign, "{}: {condition}", page.display());
        }
    }
    let has = |dir: &Path, page: &str, condition: &str| {
        let text = fs::read_to_string(dir.join(page)).unwrap_or_else(|it| panic!("{page}: {it}"));
        let shown = conditions(&text);
        assert!(
            shown.iter().any(|it| it.contains(condition)),
            "{page} without {condition}: {shown:?}"
        );
    };
    has(&on_host, "wait/task/struct.Wakers.html", "feature waker");
    has(
        &on_host,
        "wait/thread/struct.CurrentThread.html",
        "feature std",
    );
    has(&on_host, "progress/struct.Progress.html", "feature waker");
    has(&on_host, "stop/struct.StopSignal.html", "feature waker");
    has(&on_host, "once/struct.OnceLock.html", "feature waker");
    has(&on_host, "once/struct.OnceLock.html", "feature std");
    for target in bare {
        let there = document(&settings, target);
        has(
            &there,
            "wait/wfi/struct.Wfi.html",
            "features cortex-m or riscv",
        );
        has(&there, "wait/task/struct.Wakers.html", "feature waker");
    }

    // The package's README is the first page, and its links are to pages that exist.
    let readme = fs::read_to_string(runner::root().join("core/README.md")).unwrap();
    let links: Vec<&str> = readme
        .lines()
        .filter_map(|line| line.split_once("]: https://docs.rs/indivisible/latest/indivisible/"))
        .map(|(_, page)| page)
        .collect();
    assert!(links.len() > 10, "{links:?}");
    for page in links {
        assert!(
            on_host.join(page).exists(),
            "core/README.md links to {page}"
        );
    }
}

/// docs.rs shows every feature; a link to an item of one must not break without it.
#[test]
fn without_features_the_documentation_has_no_dead_links() {
    let mut doc = doc_for_host("");
    run(doc.args(["--package", "indivisible"])).unwrap_or_else(|said| panic!("{said}"));
}

#[test]
fn a_dead_link_is_found() {
    let dir = docs().join("dead-link");
    fs::create_dir_all(dir.join("src")).unwrap();
    let manifest = "[package]\nname = \"dead-link\"\nedition = \"2024\"\n[workspace]\n";
    fs::write(dir.join("Cargo.toml"), manifest).unwrap();
    fs::write(dir.join("src/lib.rs"), "//! Like [`nothing`].\n").unwrap();
    let said = run(doc_for_host("").current_dir(dir)).unwrap_err();
    assert!(said.contains("unresolved link to `nothing`"), "{said}");
}

#[test]
fn a_condition_is_read_from_a_page() {
    let page = "<a>x</a><span class=\"stab portability\" title=\"t\">Available on <strong>crate feature \
                <code>waker</code></strong> only.</span>";
    assert_eq!(conditions(page), ["Available on crate feature waker only."]);
}
