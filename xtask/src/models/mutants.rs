//! Mutants of the library: a model must fail for each.
//!
//! A mutant is a patch to core/ in tests/models/mutants/. The text above the patch describes the fault and
//! names the tests that must fail: `Killed-by: CHECKER MODE TEST`, one line or more.
//! With `Handful: yes`, `cargo xtask test` runs the mutant too. A patch that does not apply, or a mutant
//! that does not compile, is a failure and not a kill.
//!
//! The explorer is sequentially consistent. A mutant that it kills is wrong under every memory model, so loom
//! must kill it too.

use core::time::Duration;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail, ensure};

use super::{
    extent::Extent,
    world::{Checker, End, World, run},
};
use runner::{command, toolchain::target_dir};

use crate::{output::table, progress::during};

/// Far more than any of the named tests takes; a mutant may make it endless.
const LIMIT: Duration = Duration::from_secs(180);

/// The mutants to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Selection<'a> {
    /// All.
    All,
    /// Those with `Handful: yes`.
    Handful,
    /// Those whose name contains this.
    Named(&'a str),
}

#[derive(Debug)]
struct Mutant {
    name: String,
    patch: PathBuf,
    handful: bool,
    killers: Vec<Killer>,
}

impl Mutant {
    fn is_killed_by(&self, checker: Checker) -> bool {
        self.killers.iter().any(|it| it.world.checker == checker)
    }
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Clone)]
struct Killer {
    world: World,
    test: String,
}

/// Runs the mutants, and prints a table of mutants and killers; fails if one survived.
pub fn mutants(selection: Selection<'_>) -> Result<()> {
    let mutants: Vec<_> = all()?
        .into_iter()
        .filter(|mutant| match selection {
            Selection::All => true,
            Selection::Handful => mutant.handful,
            Selection::Named(part) => mutant.name.contains(part),
        })
        .collect();
    ensure!(!mutants.is_empty(), "there is no such mutant");
    let tree = Tree::new()?;
    tree.reset()?;
    all_pass(&tree, &mutants)?;
    let mut table = table(["mutant", "checker", "mode", "test", "killed"]);
    let mut survivors = Vec::new();
    for mutant in &mutants {
        tree.reset()?;
        tree.apply(mutant)?;
        for killer in &mutant.killers {
            let name = format!("mutant {}", mutant.name);
            let end = during(&name, || killer.run(&tree)).context(name)?;
            let word = match end {
                End::Passed => "SURVIVED",
                End::Failed => "yes",
                End::Endless => "yes, by not ending",
            };
            println!("{}: {} {}: {word}", mutant.name, killer.world, killer.test);
            if end == End::Passed {
                survivors.push(format!("{} ({})", mutant.name, killer.test));
            }
            table.add_row([
                mutant.name.clone(),
                killer.world.checker.to_string(),
                killer.world.mode.to_string(),
                killer.test.clone(),
                word.to_owned(),
            ]);
        }
    }
    println!("{table}");
    if !survivors.is_empty() {
        bail!("survived: {}", survivors.join(", "));
    }
    println!(
        "{} mutants, each killed by every test that it names",
        mutants.len()
    );
    Ok(())
}

/// Every killer exists, and passes without a mutant: otherwise its failure would prove nothing.
fn all_pass(tree: &Tree, mutants: &[Mutant]) -> Result<()> {
    let mut by_world = BTreeMap::<World, BTreeSet<&str>>::new();
    for killer in mutants.iter().flat_map(|mutant| &mutant.killers) {
        by_world
            .entry(killer.world)
            .or_default()
            .insert(&killer.test);
    }
    for (world, tests) in by_world {
        let name = format!("without a mutant: {world}, {} tests", tests.len());
        let passed = format!("{} passed", tests.len());
        let args: Vec<_> = ["--exact"].into_iter().chain(tests).collect();
        let mut all_there = false;
        let end = during(&name, || {
            run(
                &tree.build(world)?,
                &args,
                Extent::Bounded,
                4 * LIMIT,
                |line| {
                    all_there |= line.contains(&passed);
                },
            )
        })?;
        ensure!(end == End::Passed, "{world}: tests {end} without a mutant");
        ensure!(
            all_there,
            "{world}: a test that a mutant names does not exist"
        );
    }
    Ok(())
}

impl Killer {
    fn run(&self, tree: &Tree) -> Result<End> {
        let binary = tree.build(self.world)?;
        run(
            &binary,
            &["--exact", &self.test],
            Extent::Mutant,
            LIMIT,
            |_| {},
        )
    }
}

/// Every mutant, by name.
fn all() -> Result<Vec<Mutant>> {
    let dir = runner::root().join("tests/models/mutants");
    let mut mutants = Vec::new();
    for entry in fs::read_dir(&dir).with_context(|| format!("{} cannot be read", dir.display()))? {
        let patch = entry?.path();
        if patch.extension().is_some_and(|it| it == "patch") {
            let text = fs::read_to_string(&patch)?;
            let name = patch.file_stem().unwrap_or_default().to_string_lossy();
            mutants.push(parse(&name, patch.clone(), &text)?);
        }
    }
    mutants.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(mutants)
}

fn parse(name: &str, patch: PathBuf, text: &str) -> Result<Mutant> {
    let head = text.lines().take_while(|line| !line.starts_with("--- "));
    let mut mutant = Mutant {
        name: name.to_owned(),
        patch,
        handful: false,
        killers: Vec::new(),
    };
    for line in head {
        if let Some(killer) = line.strip_prefix("Killed-by: ") {
            let (world, test) = killer
                .rsplit_once(' ')
                .and_then(|(world, test)| Some((World::named(world)?, test.to_owned())))
                .with_context(|| format!("{name}: `{line}` is not CHECKER MODE TEST"))?;
            mutant.killers.push(Killer { world, test });
        } else if line == "Handful: yes" {
            mutant.handful = true;
        }
    }
    ensure!(
        !mutant.killers.is_empty(),
        "{name}: no test is named to kill it"
    );
    ensure!(
        !mutant.is_killed_by(Checker::Explorer) || mutant.is_killed_by(Checker::Loom),
        "{name}: loom has to kill it too, as the explorer does"
    );
    Ok(mutant)
}

/// A workspace of core/ and tests/models/ alone, in which mutants are applied.
struct Tree(PathBuf);

impl Tree {
    fn new() -> Result<Self> {
        let tree = Self(target_dir().join("mutant"));
        fs::create_dir_all(&tree.0)?;
        Ok(tree)
    }

    /// Restores the files of the repository, as members of a smaller workspace.
    fn reset(&self) -> Result<()> {
        let root = runner::root();
        let manifest = fs::read_to_string(root.join("Cargo.toml"))?;
        write_if_new(
            &self.0.join("Cargo.toml"),
            manifest_of_mutants(&manifest)?.as_bytes(),
        )?;
        copy_file(&root.join("Cargo.lock"), &self.0.join("Cargo.lock"))?;
        for part in ["core", "tests/models"] {
            copy(&root.join(part), &self.0.join(part))?;
        }
        Ok(())
    }

    fn apply(&self, mutant: &Mutant) -> Result<()> {
        command::run(
            Command::new("git")
                .args(["apply", "--whitespace=nowarn"])
                .arg(&mutant.patch)
                .current_dir(&self.0)
                // The tree is in an ignored directory of a repository, in which git would apply nothing.
                .env("GIT_CEILING_DIRECTORIES", target_dir()),
        )
        .with_context(|| format!("the patch {} does not apply", mutant.name))
    }

    fn build(&self, world: World) -> Result<PathBuf> {
        let mut binaries = world.build(&self.0)?;
        binaries
            .remove(world.test_target())
            .context("cargo built no test")
    }
}

/// The workspace's manifest with two members and another version.
fn manifest_of_mutants(manifest: &str) -> Result<String> {
    let key = "members = [";
    let begin = manifest.find(key).context("the workspace has members")?;
    let end = manifest[begin..].find(']').context("the members end")?;
    let (before, after) = (&manifest[..begin + key.len()], &manifest[begin + end..]);
    let manifest = format!("{before}\"core\", \"tests/models\"{after}");
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
    use super::{Checker, World, all, manifest_of_mutants, parse};
    use std::{fs, path::Path, process::Command};

    #[test]
    fn a_head_names_the_killers() {
        let text = "What is wrong.\n\nKilled-by: loom native a::b\nHandful: yes\n\n--- a/x\nKilled-by: x\n";
        let mutant = parse("it", "it.patch".into(), text).unwrap();
        assert_eq!(mutant.killers.len(), 1);
        assert_eq!(mutant.killers[0].test, "a::b");
        assert!(mutant.handful);
    }

    #[test]
    fn a_mutant_without_a_killer_is_an_error() {
        let error = parse("it", "it.patch".into(), "--- a/x\n").unwrap_err();
        assert!(error.to_string().contains("no test"), "{error}");
        let error = parse("it", "it.patch".into(), "Killed-by: explorer native a\n").unwrap_err();
        assert!(error.to_string().contains("loom has to"), "{error}");
        let error = parse("it", "it.patch".into(), "Killed-by: miri native a\n").unwrap_err();
        assert!(error.to_string().contains("CHECKER MODE TEST"), "{error}");
    }

    #[test]
    fn every_patch_has_a_head_and_applies() {
        let mutants = all().unwrap();
        assert!(!mutants.is_empty());
        let applies = |patch: &Path| {
            let mut git = Command::new("git");
            git.args(["apply", "--check"])
                .arg(patch)
                .current_dir(runner::root());
            git.status().unwrap().success()
        };
        for mutant in mutants {
            assert!(applies(&mutant.patch), "{} does not apply", mutant.name);
        }
        assert!(!applies(&runner::root().join("Cargo.toml")));
    }

    /// Whether the test exists, by its name in the source.
    fn exists(checker: Checker, test: &str) -> bool {
        let dir = World::dir(checker);
        let Some((module, function)) = test.split_once("::") else {
            return false;
        };
        let file = runner::root().join(format!("tests/models/tests/{dir}/{module}.rs"));
        fs::read_to_string(file).is_ok_and(|it| it.contains(&format!("fn {function}(")))
    }

    #[test]
    fn every_killer_is_a_test() {
        for mutant in all().unwrap() {
            for killer in mutant.killers {
                let (checker, test) = (killer.world.checker, &killer.test);
                assert!(exists(checker, test), "{}: no test {test}", mutant.name);
            }
        }
        assert!(!exists(Checker::Loom, "progress::unheard_of"));
    }

    #[test]
    fn other_members_are_left_out() {
        let manifest = "a\nmembers = [\"x\",\n \"y\"]\nversion = \"0.1\"";
        assert_eq!(
            manifest_of_mutants(manifest).unwrap(),
            "a\nmembers = [\"core\", \"tests/models\"]\nversion = \"90.1\""
        );
        assert!(manifest_of_mutants("[workspace]").is_err());
    }
}
