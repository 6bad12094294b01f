//! A package of another project that depends on `indivisible`: generated, checked, and its errors collected.

use crate::{folder, root};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// Code and rendered text of each error; the code is empty if the compiler gives none.
pub type Errors = Vec<(String, String)>;

/// The package; its programs are compiled as libraries, and checked together.
#[derive(Debug)]
pub struct Consumer {
    name: String,
    edition: &'static str,
    resolver: Resolver,
    dependencies: String,
    programs: String,
}

/// The way in which the package's workspace chooses cargo's resolver.
#[derive(Clone, Copy, Debug)]
pub enum Resolver {
    /// By the package's edition.
    OfEdition,
    /// By the key `resolver`.
    Named(&'static str),
    /// The package is a member of a virtual workspace that has no such key, which means "1".
    Virtual,
}

impl Consumer {
    /// Starts a package called `name` that depends on `indivisible` with `features`.
    #[must_use]
    pub fn new(name: &str, features: &[&str]) -> Self {
        let core = root().join("core");
        Self {
            name: name.to_owned(),
            edition: "2024",
            resolver: Resolver::OfEdition,
            dependencies: format!("indivisible = {{ path = {core:?}, features = {features:?} }}\n"),
            programs: String::new(),
        }
    }

    /// Chooses the edition and the resolver; the defaults are those of a new package.
    pub fn build_as(&mut self, edition: &'static str, resolver: Resolver) {
        self.edition = edition;
        self.resolver = resolver;
    }

    /// Adds a line to the dependencies.
    pub fn depend(&mut self, line: &str) {
        self.dependencies.push_str(line);
        self.dependencies.push('\n');
    }

    /// Adds a program.
    ///
    /// # Panics
    ///
    /// If `path` has no file name.
    pub fn add(&mut self, path: &Path) {
        let name = name_of(path);
        // A library needs neither `main` nor a panic handler.
        let program =
            format!("\n[[example]]\nname = {name:?}\npath = {path:?}\ncrate-type = [\"lib\"]\n");
        self.programs.push_str(&program);
    }

    /// Checks all programs for this machine in native mode, also in a test that is built in the other mode;
    /// returns the errors of those that fail.
    ///
    /// # Panics
    ///
    /// If cargo fails for another reason than a program of the package.
    #[must_use]
    pub fn check(&self) -> BTreeMap<String, Errors> {
        let mut cargo = Command::new(env!("CARGO"));
        cargo
            .env_remove("RUSTFLAGS")
            .env_remove("RUSTC_WORKSPACE_WRAPPER");
        self.check_with(cargo)
    }

    /// The same with another cargo, such as one for another target or mode.
    ///
    /// # Panics
    ///
    /// If cargo fails for another reason than a program of the package.
    #[must_use]
    pub fn check_with(&self, mut cargo: Command) -> BTreeMap<String, Errors> {
        let dir = self.dir();
        let manifest = self.write_manifests();
        // The versions with which everything else here is tested.
        fs::copy(root().join("Cargo.lock"), dir.join("Cargo.lock")).unwrap();
        let output = cargo
            .args(["check", "--quiet", "--examples", "--keep-going"])
            .args(["--message-format=json", "--manifest-path"])
            .arg(&manifest)
            .arg("--target-dir")
            .arg(folder::inside("consumers/target"))
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let failed = errors(&String::from_utf8(output.stdout).unwrap());
        assert_eq!(
            output.status.success(),
            failed.is_empty(),
            "cargo failed without an error of the compiler:\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
        failed
    }

    /// The packages in the lock file that the last check left, this one included.
    ///
    /// # Panics
    ///
    /// Before the first check.
    #[must_use]
    pub fn locked(&self) -> Vec<String> {
        let lock = fs::read_to_string(self.dir().join("Cargo.lock")).unwrap();
        let names = lock.lines().filter_map(|it| it.strip_prefix("name = "));
        names.map(|it| it.trim_matches('"').to_owned()).collect()
    }

    fn dir(&self) -> PathBuf {
        folder::inside("consumers").join(&self.name)
    }

    /// Returns the path of the package's own manifest.
    fn write_manifests(&self) -> PathBuf {
        let Self {
            name,
            edition,
            dependencies,
            programs,
            ..
        } = self;
        let package = format!(
            "[package]\nname = {name:?}\nversion = \"0.0.0\"\nedition = {edition:?}\n\n\
             [dependencies]\n{dependencies}{programs}"
        );
        let root = self.dir();
        let (workspace, dir) = match self.resolver {
            Resolver::OfEdition => ("[workspace]\n\n".to_owned(), root),
            Resolver::Named(version) => (format!("[workspace]\nresolver = {version:?}\n\n"), root),
            Resolver::Virtual => {
                fs::create_dir_all(&root).unwrap();
                let workspace = "[workspace]\nmembers = [\"member\"]\n";
                fs::write(root.join("Cargo.toml"), workspace).unwrap();
                (String::new(), root.join("member"))
            }
        };
        fs::create_dir_all(&dir).unwrap();
        let manifest = dir.join("Cargo.toml");
        fs::write(&manifest, workspace + &package).unwrap();
        manifest
    }
}

/// The programs in a directory of this package.
///
/// # Panics
///
/// If there are none.
#[must_use]
pub fn programs(dir: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join("tests").join(dir)).unwrap();
    let mut programs: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|it| it == "rs"))
        .collect();
    programs.sort();
    assert!(!programs.is_empty(), "no programs in {dir}");
    programs
}

/// A program's name in the result of [`Consumer::check`].
///
/// # Panics
///
/// If `path` has none.
#[must_use]
pub fn name_of(path: &Path) -> &str {
    path.file_stem().and_then(|name| name.to_str()).unwrap()
}

/// The programs that did not fail as expected: each must have every error that its first lines name, as
/// `// error[CODE]: part of the message`.
///
/// # Panics
///
/// If a program cannot be read.
#[must_use]
pub fn complaints(programs: &[PathBuf], failed: &BTreeMap<String, Errors>) -> Vec<String> {
    let complaint = |path: &PathBuf| {
        let program = fs::read_to_string(path).unwrap();
        let errors = failed.get(name_of(path)).map_or(&[][..], Vec::as_slice);
        complaint(&program, errors).map(|it| format!("{}: {it}", name_of(path)))
    };
    programs.iter().filter_map(complaint).collect()
}

fn complaint(program: &str, errors: &[(String, String)]) -> Option<String> {
    let mut expected = program
        .lines()
        .map_while(|line| line.strip_prefix("// error[")?.split_once(']'))
        .peekable();
    if expected.peek().is_none() {
        return Some("its first line gives no error code".to_owned());
    }
    if errors.is_empty() {
        return Some("compiles".to_owned());
    }
    expected.find_map(|(code, part)| {
        let part = part.trim_start_matches(':').trim();
        let as_expected = |(found, text): &(String, String)| found == code && text.contains(part);
        (!errors.iter().any(as_expected)).then(|| format!("{code} {part:?} is not in {errors:#?}"))
    })
}

/// The errors of each target, from cargo's JSON messages.
fn errors(messages: &str) -> BTreeMap<String, Errors> {
    let mut failed: BTreeMap<String, Errors> = BTreeMap::new();
    for line in messages.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let message = &line["message"];
        if line["reason"] == "compiler-message" && message["level"] == "error" {
            let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
            let target = text(&line["target"]["name"]);
            let error = (text(&message["code"]["code"]), text(&message["rendered"]));
            failed.entry(target).or_default().push(error);
        }
    }
    failed
}

#[cfg(test)]
mod tests {
    use super::{complaint, errors};
    use core::slice::from_ref;

    #[test]
    fn only_errors_count() {
        let messages = r#"{"reason":"compiler-message","target":{"name":"one"},"message":{"level":"warning","code":null,"rendered":"unused"}}
{"reason":"compiler-message","target":{"name":"two"},"message":{"level":"error","code":{"code":"E0277"},"rendered":"no"}}
{"reason":"build-finished","success":false}"#;
        let failed = errors(messages);
        assert_eq!(failed.len(), 1);
        assert_eq!(failed["two"], [("E0277".to_owned(), "no".to_owned())]);
    }

    #[test]
    fn a_program_that_compiles_or_fails_otherwise_is_found() {
        let program = "// error[E0277]: never wakes\nfn main() {}\n";
        let errors = |code: &str, text: &str| [(code.to_owned(), text.to_owned())];
        assert_eq!(complaint(program, &errors("E0277", "it never wakes")), None);
        assert!(complaint(program, &errors("E0277", "another")).is_some());
        assert!(complaint(program, &errors("E0599", "it never wakes")).is_some());
        assert!(complaint(program, &errors("", "it never wakes")).is_some());
        assert!(complaint(program, &[]).is_some());
        assert!(complaint("fn main() {}\n", &errors("E0277", "it never wakes")).is_some());
        let two = "// error[E0624]: load\n// error[E0624]: store\nfn main() {}\n";
        let [load, store] = ["load", "store"].map(|it| ("E0624".to_owned(), it.to_owned()));
        assert!(complaint(two, from_ref(&load)).is_some());
        assert!(complaint(two, from_ref(&store)).is_some());
        assert_eq!(complaint(two, &[load, store]), None);
    }
}
