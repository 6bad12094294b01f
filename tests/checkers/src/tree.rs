//! A copy of the library and its models, in which mutants are applied.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};

use runner::{command, toolchain::target_dir};

/// A workspace of core/ and tests/models/ alone, in which mutants are applied by one process at a time.
pub(crate) struct Tree {
    dir: PathBuf,
    _lock: File,
}

impl Tree {
    /// As the repository is.
    pub(crate) fn new() -> Result<Self> {
        let tree = Self {
            dir: target_dir().join("mutant"),
            _lock: runner::lock(&target_dir(), "mutant")?,
        };
        fs::create_dir_all(&tree.dir)?;
        tree.reset()?;
        Ok(tree)
    }

    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Restores the files of the repository, as members of a smaller workspace.
    pub(crate) fn reset(&self) -> Result<()> {
        let root = runner::root();
        let manifest = fs::read_to_string(root.join("Cargo.toml"))?;
        write_if_new(
            &self.dir.join("Cargo.toml"),
            manifest_of_mutants(&manifest)?.as_bytes(),
        )?;
        copy_file(&root.join("Cargo.lock"), &self.dir.join("Cargo.lock"))?;
        for part in ["core", "tests/models"] {
            copy(&root.join(part), &self.dir.join(part))?;
        }
        Ok(())
    }

    /// Applies a patch.
    pub(crate) fn apply(&self, patch: &Path) -> Result<()> {
        command::run(
            Command::new("git")
                .args(["apply", "--whitespace=nowarn"])
                .arg(patch)
                .current_dir(&self.dir)
                // The tree is in an ignored directory of a repository, in which git would apply nothing.
                .env("GIT_CEILING_DIRECTORIES", target_dir()),
        )
        .with_context(|| format!("{} does not apply", patch.display()))
    }
}

/// The workspace's manifest with fewer members and another version.
fn manifest_of_mutants(manifest: &str) -> Result<String> {
    let key = "members = [";
    let begin = manifest.find(key).context("the workspace has members")?;
    let end = manifest[begin..].find(']').context("the members end")?;
    let (before, after) = (&manifest[..begin + key.len()], &manifest[begin + end..]);
    let manifest = format!("{before}\"core\", \"tests/models\", \"tests/models/tests\"{after}");
    // With equal versions cargo would treat both workspaces' packages as the same, and reuse binaries.
    let version = "\nversion = \"";
    ensure!(manifest.contains(version), "the workspace has a version");
    Ok(manifest.replacen(version, &format!("{version}9"), 1))
}

/// Copies a directory over another; equal files keep their time, so that cargo does not rebuild them.
fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &to)?;
        } else {
            copy_file(&entry.path(), &to)?;
        }
    }
    Ok(())
}

fn copy_file(from: &Path, to: &Path) -> Result<()> {
    write_if_new(to, &fs::read(from)?)
}

fn write_if_new(to: &Path, content: &[u8]) -> Result<()> {
    if !fs::read(to).is_ok_and(|old| old == content) {
        fs::write(to, content)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::manifest_of_mutants;

    #[test]
    fn other_members_are_left_out() {
        let manifest = "a\nmembers = [\"x\",\n \"y\"]\nversion = \"0.1\"";
        assert_eq!(
            manifest_of_mutants(manifest).unwrap(),
            "a\nmembers = [\"core\", \"tests/models\", \"tests/models/tests\"]\nversion = \"90.1\""
        );
        assert!(manifest_of_mutants("[workspace]").is_err());
    }
}
