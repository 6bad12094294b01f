//! Mutants of the library: a model must fail for each.
//!
//! A mutant is a patch to core/ in tests/models/mutants/. The text above the patch describes the fault and
//! names the tests that must fail: `Killed-by: CHECKER MODE TEST`, one line or more.
//! With `Handful: yes`, `cargo xtask test` runs the mutant too. A patch that does not apply, or a mutant
//! that does not compile, is a failure and not a kill.
//!
//! The explorer is sequentially consistent. A mutant that it kills is wrong under every memory model, so loom
//! must kill it too.

use core::{fmt, time::Duration};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

use anyhow::{Context, Result, ensure};

use crate::{
    Show,
    extent::Extent,
    tree::Tree,
    world::{Checker, End, World, run},
};

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

/// The end of a test that is to kill a mutant: displayed as a line.
#[derive(Debug)]
pub struct Killed<'a> {
    mutant: &'a Mutant,
    by: &'a Killer,
    end: End,
}

impl fmt::Display for Killed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.end {
            End::Passed => "SURVIVED",
            End::Failed => "killed",
            End::Endless => "killed, by not ending",
        };
        let Killer { world, test } = self.by;
        write!(f, "{}: {world} {test}: {word}", self.mutant.name)
    }
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

/// Runs the mutants, and calls `each` with the end of each test; returns their number.
///
/// # Errors
///
/// A mutant survived, does not apply or does not compile, or a test fails without it.
pub fn mutants(
    selection: Selection<'_>,
    show: &impl Show,
    each: impl FnMut(&Killed<'_>),
) -> Result<usize> {
    let tree = Tree::new()?;
    let mutants = select(selection)?;
    for (world, tests) in killers(&mutants) {
        let name = format!("without a mutant: {world}, {} tests", tests.len());
        let args: Vec<_> = ["--exact"].into_iter().chain(tests).collect();
        let end = show.during(&name, || {
            let binary = world.binary(tree.dir())?;
            run(&binary, &args, Extent::Bounded, 4 * LIMIT, |_| ())
        })?;
        ensure!(end == End::Passed, "{world}: tests {end} without a mutant");
    }
    kill(&tree, &mutants, show, each)
}

/// The same for the handful, after all models of the tree have passed; the tests that the other mutants name must be among
/// them, too.
pub(crate) fn handful(
    tree: &Tree,
    show: &impl Show,
    each: impl FnMut(&Killed<'_>),
) -> Result<usize> {
    all_exist(tree, &select(Selection::All)?)?;
    kill(tree, &select(Selection::Handful)?, show, each)
}

fn select(selection: Selection<'_>) -> Result<Vec<Mutant>> {
    let mutants: Vec<_> = all()?
        .into_iter()
        .filter(|mutant| match selection {
            Selection::All => true,
            Selection::Handful => mutant.handful,
            Selection::Named(part) => mutant.name.contains(part),
        })
        .collect();
    ensure!(!mutants.is_empty(), "there is no such mutant");
    Ok(mutants)
}

/// Applies one mutant after the other. Every killer has passed without a mutant: otherwise its failure would prove
/// nothing.
fn kill(
    tree: &Tree,
    mutants: &[Mutant],
    show: &impl Show,
    mut each: impl FnMut(&Killed<'_>),
) -> Result<usize> {
    all_exist(tree, mutants)?;
    let mut survivors = Vec::new();
    for mutant in mutants {
        tree.reset()?;
        tree.apply(&mutant.patch)?;
        for by in &mutant.killers {
            let name = format!("mutant {}", mutant.name);
            let end = show.during(&name, || by.run(tree)).context(name)?;
            let killed = Killed { mutant, by, end };
            each(&killed);
            if end == End::Passed {
                survivors.push(killed.to_string());
            }
        }
    }
    ensure!(survivors.is_empty(), "{}", survivors.join("; "));
    Ok(mutants.len())
}

/// Fails if the mutants name a test that the tree, without a mutant, has not built.
fn all_exist(tree: &Tree, mutants: &[Mutant]) -> Result<()> {
    for (world, tests) in killers(mutants) {
        let known = world.tests(tree.dir())?;
        let gone: Vec<_> = tests.iter().filter(|it| !known.contains(**it)).collect();
        ensure!(
            gone.is_empty(),
            "{world}: mutants name {gone:?}, which do not exist"
        );
    }
    Ok(())
}

/// The tests that the mutants name, by the world in which they run.
fn killers(mutants: &[Mutant]) -> BTreeMap<World, BTreeSet<&str>> {
    let mut killers = BTreeMap::<_, BTreeSet<_>>::new();
    for killer in mutants.iter().flat_map(|mutant| &mutant.killers) {
        let tests = killers.entry(killer.world).or_default();
        tests.insert(&*killer.test);
    }
    killers
}

impl Killer {
    fn run(&self, tree: &Tree) -> Result<End> {
        let binary = self.world.binary(tree.dir())?;
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

#[cfg(test)]
mod tests {
    use super::{Checker, World, all, parse};
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
}
