//! Directories that stand for those of a machine's apt.

use std::{
    env,
    fs::{self, OpenOptions, Permissions},
    io::Write as _,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

use runner::command::text;

/// A machine whose only repository is a directory, and whose lists are empty.
pub(crate) struct Machine(PathBuf);

impl Machine {
    pub(crate) fn new(name: &str) -> Self {
        let dir = env::temp_dir().join(format!("indivisible-{name}-{}", std::process::id()));
        for part in ["repository", "lists/partial", "cache"] {
            fs::create_dir_all(dir.join(part)).unwrap();
        }
        fs::write(dir.join("status"), "").unwrap();
        let source = format!(
            "deb [trusted=yes] file:{} ./\n",
            Self::part(&dir, "repository")
        );
        fs::write(dir.join("sources.list"), source).unwrap();
        Self(dir)
    }

    fn part(dir: &Path, name: &str) -> String {
        dir.join(name).display().to_string()
    }

    /// Writes the list of installed packages: this one.
    pub(super) fn has(&self, name: &str, version: &str) {
        let status = format!(
            "Package: {name}\nStatus: install ok installed\nVersion: {version}\nArchitecture: all\nMaintainer: \
             planted\nDescription: planted\n"
        );
        fs::write(self.0.join("status"), status).unwrap();
    }

    /// The repository has these packages, too: with files, each a path and its content.
    pub(super) fn offer_built(&self, control: &str, files: &[(&str, &str)]) {
        let repository = self.0.join("repository");
        let name = control.lines().next().unwrap().strip_prefix("Package: ");
        let name = name.unwrap();
        let root = self.0.join(name);
        for (path, content) in files.iter().chain(&[("DEBIAN/control", control)]) {
            let path = root.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, content).unwrap();
            fs::set_permissions(path, Permissions::from_mode(0o755)).unwrap();
        }
        let file = repository.join(format!("{name}.deb"));
        let mut build = Command::new("dpkg-deb");
        text(
            build
                .args(["--root-owner-group", "--build"])
                .args([&root, &file]),
        )
        .unwrap();
        let sum = text(Command::new("sha256sum").arg(&file)).unwrap();
        let sum = sum.split(' ').next().unwrap();
        let size = file.metadata().unwrap().len();
        let entry = format!("{control}Filename: ./{name}.deb\nSize: {size}\nSHA256: {sum}\n\n");
        let mut packages = OpenOptions::new();
        packages.create(true).append(true);
        let mut packages = packages.open(repository.join("Packages")).unwrap();
        packages.write_all(entry.as_bytes()).unwrap();
    }

    /// A directory for what is unpacked.
    pub(super) fn directory(&self) -> PathBuf {
        self.0.join("unpacked")
    }

    pub(crate) fn offer(&self, packages: &[(&str, &str)]) {
        let entry = |(name, version): &(&str, &str)| {
            format!(
                "Package: {name}\nVersion: {version}\nArchitecture: all\nFilename: ./{name}.deb\nSize: 1\nSHA256: \
                 {}\nDescription: planted\n",
                "0".repeat(64)
            )
        };
        let entries: Vec<_> = packages.iter().map(entry).collect();
        fs::write(self.0.join("repository/Packages"), entries.join("\n")).unwrap();
    }

    /// The options of apt for this machine: its directories belong to the user, so no command needs root.
    pub(super) fn options(&self) -> Vec<String> {
        let option = |(name, value): (&str, String)| ["-o".to_owned(), format!("{name}={value}")];
        let part = |name| Self::part(&self.0, name);
        let options = [
            ("Dir::State::Lists", part("lists")),
            ("Dir::State::status", part("status")),
            ("Dir::Cache", part("cache")),
            ("Dir::Etc::SourceList", part("sources.list")),
            ("Dir::Etc::SourceParts", "-".to_owned()),
            // As root, apt would read as a user without access to this directory.
            ("APT::Sandbox::User", "root".to_owned()),
        ];
        options.into_iter().flat_map(option).collect()
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}
