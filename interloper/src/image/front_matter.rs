//! The manifest that a table carries in its leading documentation.

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use toml::{Table, Value};

/// What stands between `` ```toml `` and `` ``` `` in the `//!` lines at the top of a table.
#[derive(Debug, Default)]
pub(crate) struct FrontMatter {
    /// `[interloper]`.
    pub(crate) options: Options,
    /// Everything else: tables of a cargo manifest.
    pub(crate) manifest: Table,
}

/// `[interloper]` of a table.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Options {
    /// The targets to build for; empty: those of the test.
    pub(crate) targets: Vec<String>,
    /// What implements `critical-section`.
    pub(crate) critical_section: CriticalSection,
    /// Flags for the compiler.
    pub(crate) rustflags: Vec<String>,
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

impl FrontMatter {
    /// Parses the source of a table; paths in it count from `dir`.
    pub(crate) fn parse(source: &str, dir: &Path) -> Result<Self> {
        let docs = source.lines().map_while(|line| line.strip_prefix("//!"));
        let mut block = None::<Vec<&str>>;
        for line in docs.map(|line| line.strip_prefix(' ').unwrap_or(line)) {
            match (&mut block, line.trim_end()) {
                (None, "```toml") => block = Some(Vec::new()),
                (None, _) => {}
                (Some(_), "```") => {
                    return Self::from_toml(&block.unwrap_or_default().join("\n"), dir);
                }
                (Some(lines), _) => lines.push(line),
            }
        }
        ensure!(
            block.is_none(),
            "the manifest in the documentation of the table has no end: a line \"//! ```\""
        );
        Ok(Self::default())
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
            Some(options) => options.try_into().context("in [interloper] of the table")?,
            None => Options::default(),
        };
        let mut manifest = Value::Table(manifest);
        absolute(&mut manifest, dir)?;
        let Value::Table(manifest) = manifest else {
            unreachable!("a table stays a table")
        };
        Ok(Self { options, manifest })
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
        let found = parse("//! A queue.\nuse core;\n//! ```toml\n//! broken").unwrap();
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
        assert_eq!(found.options.targets, ["a"]);
        assert_eq!(found.options.critical_section, CriticalSection::Own);
        assert_eq!(
            found.manifest["dependencies"]["root"]["path"].as_str(),
            Some("/")
        );
        assert!(!found.manifest.contains_key("interloper"));
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
        ] {
            let error = format!("{:#}", parse(block).unwrap_err());
            assert!(error.contains(message), "{error}");
        }
    }
}
