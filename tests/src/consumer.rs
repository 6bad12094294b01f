//! A package of somebody else that depends on `indivisible`: generated, checked, and asked why not.

use core::fmt::Write as _;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// Code and rendered text of each error; the code is empty where the compiler gives none.
pub type Errors = Vec<(String, String)>;

/// The package; its programs are checked together.
#[derive(Debug)]
pub struct Consumer {
    dir: PathBuf,
    manifest: String,
}

impl Consumer {
    /// Starts a package called `name` that depends on `indivisible` with `features`.
    #[must_use]
    pub fn new(name: &str, features: &[&str]) -> Self {
        let root = root();
        let manifest = format!(
            "[workspace]\n\n[package]\nname = {name:?}\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [dependencies]\nindivisible = {{ path = {:?}, features = {features:?} }}\n",
            root.join("core")
        );
        Self {
            dir: target_dir().join("consumers").join(name),
            manifest,
        }
    }

    /// Adds one more line to the dependencies.
    pub fn depend(&mut self, line: &str) {
        self.manifest.push_str(line);
        self.manifest.push('\n');
    }

    /// Adds a program.
    ///
    /// # Panics
    ///
    /// Where `path` has no name.
    pub fn add(&mut self, path: &Path) {
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap();
        write!(
            self.manifest,
            "\n[[bin]]\nname = {name:?}\npath = {path:?}\ntest = false\n"
        )
        .unwrap();
    }

    /// Checks all programs for this machine; gives the errors of those that fail.
    ///
    /// # Panics
    ///
    /// Where cargo fails for another reason than a program of the package.
    #[must_use]
    pub fn check(&self) -> BTreeMap<String, Errors> {
        self.check_with(Command::new(env!("CARGO")))
    }

    /// The same with another cargo, such as one for another target.
    ///
    /// # Panics
    ///
    /// Where cargo fails for another reason than a program of the package.
    #[must_use]
    pub fn check_with(&self, mut cargo: Command) -> BTreeMap<String, Errors> {
        fs::create_dir_all(&self.dir).unwrap();
        let manifest = self.dir.join("Cargo.toml");
        fs::write(&manifest, &self.manifest).unwrap();
        // The versions that everything else here is tested with.
        fs::copy(root().join("Cargo.lock"), self.dir.join("Cargo.lock")).unwrap();
        let output = cargo
            .args(["check", "--quiet", "--bins", "--keep-going"])
            .args(["--message-format=json", "--manifest-path"])
            .arg(&manifest)
            .arg("--target-dir")
            .arg(target_dir().join("consumers/target"))
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .output()
            .unwrap();
        let stdout = String::from_utf8(output.stdout).unwrap();
        let failed = errors(&stdout);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(
            output.status.success(),
            failed.is_empty(),
            "cargo failed without an error of the compiler:\n{stderr}"
        );
        failed
    }
}

/// Per target, what its compiler said in cargo's JSON.
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

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn target_dir() -> PathBuf {
    let chosen = std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
    root().join(chosen)
}

#[cfg(test)]
mod tests {
    use super::errors;

    #[test]
    fn only_errors_count() {
        let messages = r#"{"reason":"compiler-message","target":{"name":"one"},"message":{"level":"warning","code":null,"rendered":"unused"}}
{"reason":"compiler-message","target":{"name":"two"},"message":{"level":"error","code":{"code":"E0277"},"rendered":"no"}}
{"reason":"build-finished","success":false}"#;
        let failed = errors(messages);
        assert_eq!(failed.len(), 1);
        assert_eq!(failed["two"], [("E0277".to_owned(), "no".to_owned())]);
    }
}
