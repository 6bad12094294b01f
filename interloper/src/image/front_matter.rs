//! The manifest that a table carries in its leading documentation.

use std::{collections::BTreeMap, path::Path};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use toml::{Table, Value};

/// What stands between `` ```toml `` and `` ``` `` in the `//!` lines at the top of a table, below nothing but comments
/// and attributes.
#[derive(Debug, Default)]
pub(crate) struct FrontMatter {
    /// `[interloper]`.
    pub(crate) options: Options,
    /// Everything else: tables of a cargo manifest.
    pub(crate) manifest: Table,
}

/// `[interloper]` of a table.
#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Options {
    /// The targets to build for, if not [`DEFAULT`](crate::target::DEFAULT).
    targets: Option<Vec<String>>,
    /// What implements `critical-section`.
    pub(crate) critical_section: CriticalSection,
    /// Flags for the compiler.
    pub(crate) rustflags: Vec<String>,
    /// The most handlers on one core.
    pub(crate) handlers: usize,
    /// The most handlers beside two cores. Two, beside operations of some length, take minutes.
    pub(crate) handlers_beside_cores: usize,
    /// Builds with names; empty: one build for each target.
    builds: BTreeMap<String, NamedBuild>,
}

/// The most handlers of a test on one core, and beside two, unless the table has other numbers.
const HANDLERS: usize = 2;
const HANDLERS_BESIDE_CORES: usize = 1;

impl Default for Options {
    fn default() -> Self {
        Self {
            targets: None,
            critical_section: CriticalSection::default(),
            rustflags: Vec::new(),
            handlers: HANDLERS,
            handlers_beside_cores: HANDLERS_BESIDE_CORES,
            builds: BTreeMap::new(),
        }
    }
}

/// `[interloper.builds.NAME]`: the table with features, flags and a profile of its own.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct NamedBuild {
    target: String,
    /// Features of the table (`cfg(feature = "…")`), and of its dependencies (`"queue/fast"`).
    #[serde(default)]
    features: Vec<String>,
    #[serde(default)]
    rustflags: Vec<String>,
    /// Over `[profile.release]` of the table.
    #[serde(default)]
    profile: Table,
    /// Without two cores: the sections of this build exclude one core alone.
    #[serde(default)]
    one_core: bool,
    /// In place of that of the table.
    handlers: Option<usize>,
    handlers_beside_cores: Option<usize>,
}

/// One way to build a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Build {
    /// Empty where the target is name enough.
    pub(crate) name: String,
    pub(crate) target: String,
    pub(crate) features: Vec<String>,
    pub(crate) rustflags: Vec<String>,
    pub(crate) profile: Table,
    /// Whether parties may run on a second core.
    pub(crate) two_cores: bool,
    /// The most handlers on one core.
    pub(crate) handlers: usize,
    /// The most handlers beside two cores.
    pub(crate) handlers_beside_cores: usize,
}

/// What implements `critical-section`.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum CriticalSection {
    /// The program that is generated around the table: interrupts are masked, and on two cores a lock is taken.
    #[default]
    Provided,
    /// The table or one of its dependencies.
    Own,
}

impl Build {
    /// The table as it is, for a target.
    #[must_use]
    pub fn of_target(target: &str) -> Self {
        Self {
            name: String::new(),
            target: target.to_owned(),
            features: Vec::new(),
            rustflags: Vec::new(),
            profile: Table::new(),
            two_cores: true,
            handlers: HANDLERS,
            handlers_beside_cores: HANDLERS_BESIDE_CORES,
        }
    }

    /// Its name in the table; empty where the table names targets alone.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is built for.
    #[must_use]
    pub fn target(&self) -> &str {
        &self.target
    }
}

impl FrontMatter {
    /// The builds of the table. `targets` are those of a table that names none; `wanted` are the user's: in place of the
    /// table's targets, or the names or targets that choose among its builds.
    pub(crate) fn builds(&self, targets: &[&str], wanted: Option<&[String]>) -> Result<Vec<Build>> {
        let Options { builds, .. } = &self.options;
        if builds.is_empty() {
            let own = self.options.targets.as_deref();
            let targets: Vec<&str> = match wanted.or(own) {
                Some(named) => named.iter().map(String::as_str).collect(),
                None => targets.to_vec(),
            };
            let builds = targets.into_iter();
            let builds = builds.map(|target| Build {
                handlers: self.options.handlers,
                handlers_beside_cores: self.options.handlers_beside_cores,
                ..Build::of_target(target)
            });
            return Ok(builds.collect());
        }
        let builds = builds.iter().filter(|(name, build)| {
            wanted.is_none_or(|wanted| wanted.contains(name) || wanted.contains(&build.target))
        });
        let builds: Vec<_> = builds
            .map(|(name, build)| Build {
                name: name.clone(),
                target: build.target.clone(),
                features: build.features.clone(),
                rustflags: build.rustflags.clone(),
                profile: build.profile.clone(),
                two_cores: !build.one_core,
                handlers: build.handlers.unwrap_or(self.options.handlers),
                handlers_beside_cores: build
                    .handlers_beside_cores
                    .unwrap_or(self.options.handlers_beside_cores),
            })
            .collect();
        ensure!(!builds.is_empty(), "the table has no build for the targets");
        Ok(builds)
    }

    /// The features of the table itself, in any build.
    pub(crate) fn features(&self) -> impl Iterator<Item = &str> {
        let features = self.options.builds.values().flat_map(|it| &it.features);
        features
            .map(String::as_str)
            .filter(|name| !name.contains(['/', ':']))
    }

    /// Parses the source of a table; paths in it count from `dir`.
    pub(crate) fn parse(source: &str, dir: &Path) -> Result<Self> {
        let source = source.trim_start_matches('\u{feff}');
        let mut lines = source.lines().map(str::trim_start).peekable();
        let mut manifest = String::new();
        while let Some(line) = lines.next_if(|line| is_head(line)) {
            if line.starts_with("/*") && !line.contains("*/") {
                lines.find(|line| line.contains("*/"));
            } else if opens_manifest(line) {
                ensure!(
                    manifest.is_empty(),
                    "the documentation of the table has two manifests"
                );
                manifest = block(&mut lines)?;
            }
        }
        ensure!(
            !lines.any(opens_manifest),
            "a ```toml block in the documentation is no manifest of the table: it has to stand in `//!` lines at the \
             top of the file, below nothing but comments and attributes of one line"
        );
        Self::from_toml(&manifest, dir)
    }

    fn from_toml(text: &str, dir: &Path) -> Result<Self> {
        let mut manifest: Table = text.parse().context("in the manifest of the table")?;
        for reserved in ["package", "workspace", "bin", "lib", "features"] {
            if manifest.contains_key(reserved) {
                bail!(
                    "the manifest of the table must not have `[{reserved}]`: interloper makes it"
                );
            }
        }
        let options = match manifest.remove("interloper") {
            Some(options) => options
                .try_into::<Options>()
                .context("in [interloper] of the table")?,
            None => Options::default(),
        };
        if let Some(key) = manifest.keys().find(|key| !KEYS.contains(&key.as_str())) {
            bail!(
                "the manifest of the table has `{key}`, which is no part of one: there are `interloper`, {}",
                KEYS.map(|key| format!("`{key}`")).join(", ")
            );
        }
        ensure!(
            options.targets.as_deref() != Some(&[]),
            "`targets` in [interloper] of the table is empty: name one, or leave it out for the targets of `interloper`"
        );
        ensure!(
            options.builds.is_empty() || options.targets.is_none(),
            "[interloper] of the table has `targets` beside `builds`: each build has its target"
        );
        let mut manifest = Value::Table(manifest);
        absolute(&mut manifest, dir)?;
        let Value::Table(manifest) = manifest else {
            unreachable!("a table stays a table")
        };
        Ok(Self { options, manifest })
    }
}

/// What a manifest may have beside `[interloper]`. Cargo only warns of other keys, and a misspelt one would change nothing.
const KEYS: [&str; 8] = [
    "dependencies",
    "profile",
    "target",
    "patch",
    "lints",
    "build-dependencies",
    "dev-dependencies",
    "cargo-features",
];

/// Whether a line may stand above the manifest or beside it: a comment, an attribute of the file, or nothing.
fn is_head(line: &str) -> bool {
    let begins = |start: &&str| line.starts_with(start) && !line.starts_with("/*!");
    line.is_empty() || ["//", "/*", "#!"].iter().any(begins)
}

/// Whether a line of documentation begins a block of TOML, also one in `/*! … */`.
fn opens_manifest(line: &str) -> bool {
    let text = line.strip_prefix("//!").or(line.strip_prefix("/*!"));
    let text = text.unwrap_or(line).trim_start_matches(['*', ' ']);
    text.starts_with("```toml") || text.starts_with("~~~toml")
}

/// The lines of documentation up to the end of the block.
fn block<'a>(lines: &mut impl Iterator<Item = &'a str>) -> Result<String> {
    let mut block = String::new();
    loop {
        let line = lines.next().and_then(|line| line.strip_prefix("//!"));
        let line = line.context(
            "the manifest in the documentation of the table has no end: a line \"//! ```\"",
        )?;
        if line.trim() == "```" {
            return Ok(block);
        }
        block += line.strip_prefix(' ').unwrap_or(line);
        block += "\n";
    }
}

/// Makes each `path = "…"` absolute.
fn absolute(value: &mut Value, dir: &Path) -> Result<()> {
    let Value::Table(table) = value else {
        return Ok(());
    };
    for (key, value) in table.iter_mut() {
        match value {
            Value::String(path) if key == "path" => {
                let found = dir.join(&path).canonicalize();
                *path = found
                    .with_context(|| format!("the dependency {path:?} of the table"))?
                    .display()
                    .to_string();
            }
            _ => absolute(value, dir)?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(source: &str) -> Result<FrontMatter> {
        FrontMatter::parse(source, Path::new("/"))
    }

    #[test]
    fn a_table_needs_no_manifest() {
        let found = parse("//! A queue.\nuse core;\n/// ```toml\n/// broken").unwrap();
        assert!(found.manifest.is_empty());
        assert_eq!(found.options.critical_section, CriticalSection::Provided);
    }

    #[test]
    fn options_are_separated_from_the_manifest() {
        let found = parse(
            "//! A queue.\n//!\n//! ```toml\n//! [interloper]\n//! targets = [\"a\"]\n//! critical-section = \"own\"\n\
             //! [dependencies]\n//! heapless = \"=0.9.4\"\n//! root = { path = \".\" }\n//! ```\n",
        );
        let found = found.unwrap();
        assert_eq!(found.options.targets.unwrap(), ["a"]);
        assert_eq!(found.options.critical_section, CriticalSection::Own);
        assert_eq!(
            found.manifest["dependencies"]["root"]["path"].as_str(),
            Some("/")
        );
        assert!(!found.manifest.contains_key("interloper"));
    }

    const MANIFEST: &str = "//! ```toml\n//! [interloper]\n//! targets = [\"a\"]\n//! ```\n";

    #[test]
    fn comments_and_attributes_may_stand_above_the_manifest() {
        for above in [
            "// SPDX-License-Identifier: MIT\n\n",
            "\u{feff}",
            "/* A licence. */\n",
            "/*\n * A licence\n * of lines.\n */\n",
            "#![allow(dead_code)]\n//! A queue.\n",
            "//! ```sh\n//! cargo test\n//! ```\n",
        ] {
            let found = parse(&format!("{above}{MANIFEST}")).unwrap();
            assert_eq!(found.options.targets.unwrap(), ["a"], "{above}");
        }
    }

    #[test]
    fn a_key_that_cargo_would_ignore_is_an_error() {
        for (line, key) in [
            ("[interlopr]", "interlopr"),
            ("[profil.release]", "profil"),
            ("handlers = 3", "handlers"),
        ] {
            let source = format!("//! ```toml\n//! {line}\n//! ```\n");
            let error = parse(&source).unwrap_err().to_string();
            assert!(error.contains(&format!("has `{key}`")), "{error}");
            assert!(error.contains("`interloper`, `dependencies`"), "{error}");
        }
    }

    #[test]
    fn a_manifest_that_is_not_read_is_an_error() {
        for (source, message) in [
            (
                format!("use core;\nmod a {{\n    {MANIFEST}"),
                "at the top of the file",
            ),
            (
                format!("#![allow(\n    dead_code\n)]\n{MANIFEST}"),
                "at the top of the file",
            ),
            (
                "/*! A queue.\n * ```toml\n * ```\n */".into(),
                "at the top of the file",
            ),
            ("/*!\n```toml\n```\n*/".into(), "at the top of the file"),
            (format!("{MANIFEST}{MANIFEST}"), "two manifests"),
        ] {
            let error = parse(&source).unwrap_err().to_string();
            assert!(error.contains(message), "{source}: {error}");
        }
    }

    const BUILDS: &str = "//! ```toml
//! [interloper.builds.small]
//! target = \"a\"
//! features = [\"wide\", \"queue/fast\"]
//! [interloper.builds.fast]
//! target = \"b\"
//! one-core = true
//! handlers = 3
//! profile = { opt-level = 3 }
//! ```";

    #[test]
    fn builds_have_targets_features_and_profiles() {
        let found = parse(BUILDS).unwrap();
        let builds = found.builds(&["c"], None).unwrap();
        let names: Vec<_> = builds.iter().map(|it| (&*it.name, &*it.target)).collect();
        assert_eq!(names, [("fast", "b"), ("small", "a")]);
        assert_eq!(builds[0].profile["opt-level"].as_integer(), Some(3));
        assert!(!builds[0].two_cores && builds[1].two_cores);
        assert_eq!((builds[0].handlers, builds[1].handlers), (3, 2));
        assert_eq!(builds[1].features, ["wide", "queue/fast"]);
        assert_eq!(found.features().collect::<Vec<_>>(), ["wide"]);
        for wanted in ["a", "small"] {
            let chosen = found.builds(&["c"], Some(&[wanted.into()])).unwrap();
            assert_eq!(chosen, builds[1..]);
        }
        assert!(found.builds(&["c"], Some(&["c".into()])).is_err());
    }

    #[test]
    fn without_builds_there_is_one_for_each_target() {
        let builds = |source: &str, wanted: Option<&[String]>| {
            let found = parse(source).unwrap().builds(&["c"], wanted).unwrap();
            found.into_iter().map(|it| it.target).collect::<Vec<_>>()
        };
        let named = "//! ```toml\n//! [interloper]\n//! targets = [\"a\", \"b\"]\n//! ```";
        assert_eq!(builds("", None), ["c"]);
        assert_eq!(builds(named, None), ["a", "b"]);
        assert_eq!(builds(named, Some(&["d".into()])), ["d"]);
    }

    #[test]
    fn mistakes_are_named() {
        for (block, message) in [
            (
                "//! ```toml\n//! [package]\n//! ```",
                "must not have `[package]`",
            ),
            (
                "//! ```toml\n//! [interloper]\n//! target = 1\n//! ```",
                "unknown field `target`",
            ),
            (
                "//! ```toml\n//! [dependencies]\n//! it = { path = \"no/where\" }\n//! ```",
                "no/where",
            ),
            ("//! ```toml\n//! [dependencies]", "has no end"),
            ("//! ```toml\n//! =\n//! ```", "manifest of the table"),
            (
                "//! ```toml\n//! [interloper]\n//! targets = [\"a\"]\n//! builds.b.target = \"b\"\n//! ```",
                "`targets` beside `builds`",
            ),
            (
                "//! ```toml\n//! [interloper]\n//! targets = []\n//! ```",
                "`targets` in [interloper] of the table is empty",
            ),
        ] {
            let error = format!("{:#}", parse(block).unwrap_err());
            assert!(error.contains(message), "{error}");
        }
    }
}
