//! The packages of `examples/`: each is built and run with the commands of its README, and prints the output shown there.

use core::time::Duration;
use integration_tests::{
    folder,
    project::{Project, Ran},
    readme::block,
};
use object::{Object, ObjectSection};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The time limit; only a program that hangs reaches it.
const PLENTY: Duration = Duration::from_secs(120);

/// The output directory of the programs, below the workspace's target directory.
const SHARED: &str = "examples";

fn example(name: &str) -> PathBuf {
    runner::root().join("examples").join(name)
}

/// The packages by name.
fn examples() -> Vec<String> {
    let entries = fs::read_dir(runner::root().join("examples")).unwrap();
    let dirs = entries
        .map(|it| it.unwrap())
        .filter(|it| it.path().is_dir());
    let mut names: Vec<_> = dirs
        .map(|it| it.file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// The tracked files of an example, by their paths in it.
fn files(name: &str) -> Vec<String> {
    let mut git = Command::new("git");
    let listed = git.arg("ls-files").current_dir(example(name));
    let listed = String::from_utf8(listed.output().unwrap().stdout).unwrap();
    listed.lines().map(str::to_owned).collect()
}

/// The beginning of the dependency on the library in a manifest, and its path in this repository.
const LIBRARY: &str = "\nindivisible = { version = \"0.1\"";
const PATH: &str = ", path = \"../../core\"";

/// Copies an example out of this repository, as its README describes: whole, and without the path of the library. `edit` gets
/// each file, and returns what is written.
fn copy(name: &str, case: &str, edit: impl Fn(&str, String) -> String) -> PathBuf {
    let dir = folder::outside("examples").join(case);
    fs::remove_dir_all(&dir).ok();
    for file in files(name) {
        let text = fs::read_to_string(example(name).join(&file)).unwrap();
        let text = match file.as_str() {
            "Cargo.toml" => text.replace(PATH, ""),
            _ => text,
        };
        let to = dir.join(&file);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::write(to, edit(&file, text)).unwrap();
    }
    dir
}

fn project(dir: &Path, limit: Duration) -> Project {
    Project::new(dir, SHARED, limit).with_this_library()
}

/// The first difference from its README.
fn complaint(dir: &Path, limit: Duration) -> Result<(), String> {
    let project = project(dir, limit);
    let readme = fs::read_to_string(dir.join("README.md")).unwrap();
    let has = |mark: &str| readme.contains(&format!("<!-- {mark} -->"));
    assert!(
        has("run") || has("build"),
        "{}: nothing to run",
        dir.display()
    );
    if has("build") {
        for line in block(&readme, "build").lines() {
            project.carry_out(line)?;
        }
    }
    if has("run") {
        let line = format!("{} --locked", block(&readme, "run").trim());
        let Ran { printed, status } = project.run(&project.build(&line)?);
        let shown = block(&readme, "prints");
        if !status.success() || printed != shown {
            return Err(format!("{status}, prints\n{printed}, shows\n{shown}"));
        }
    }
    Ok(())
}

#[test]
fn each_behaves_as_its_readme_shows() {
    let names = examples();
    let complaints: Vec<_> = names
        .iter()
        .filter_map(|name| {
            complaint(&copy(name, name, |_, text| text), PLENTY)
                .err()
                .map(|it| format!("{name}: {it}"))
        })
        .collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    assert_eq!(
        names,
        [
            "cortex-m-rt",
            "driver",
            "embassy",
            "riscv-rt",
            "rp2040",
            "rtic",
            "threads",
            "tokio"
        ]
    );
}

/// QEMU has no machine for it, so the test inspects the file. The linker accepts exactly one critical section.
#[test]
fn the_dual_core_firmware_begins_with_a_boot_loader() {
    let project = project(&copy("rp2040", "boot", |_, text| text), PLENTY);
    let elf = fs::read(project.build("cargo build --locked").unwrap()).unwrap();
    let elf = object::File::parse(&*elf).unwrap();
    let section = |name: &str| elf.section_by_name(name).unwrap();
    let boot = section(".boot2");
    assert_eq!((boot.address(), boot.size()), (0x1000_0000, 256));
    assert_eq!(section(".vector_table").address(), 0x1000_0100);
}

#[test]
fn nothing_but_the_path_of_the_library_ties_each_to_this_repository() {
    for name in examples() {
        let manifest = fs::read_to_string(example(&name).join("Cargo.toml")).unwrap();
        assert_eq!(manifest.matches("path = ").count(), 1, "{name}");
        assert!(manifest.contains(&format!("{LIBRARY}{PATH}")), "{name}");
        assert!(!manifest.contains("workspace"), "{name}");
        assert!(files(&name).contains(&"Cargo.lock".to_owned()), "{name}");
    }
}

#[test]
fn the_readme_links_to_each() {
    let readme = fs::read_to_string(runner::root().join("README.md")).unwrap();
    for name in examples() {
        assert!(readme.contains(&format!("](examples/{name})")), "{name}");
    }
}

/// A copy of an example with a change in its program.
fn changed(name: &str, case: &str, [old, new]: [&str; 2], limit: Duration) -> Result<(), String> {
    let dir = copy(name, case, |file, text| {
        // Programs share a directory, each under its own name.
        let text = text.replace(&format!("{name}-example"), &format!("changed-{case}"));
        if file == "src/main.rs" {
            assert!(text.contains(old), "{old}");
            return text.replace(old, new);
        }
        text
    });
    complaint(&dir, limit)
}

/// `report` runs until the next reading, for which `spawn` fails, has been checked.
#[test]
fn a_reading_during_a_report_is_reported_later() {
    let count = "REPORTED.advance(1 + missed);";
    let and_stay = "REPORTED.advance(1 + missed);
            let checked = CHECKED.done();
            while !CHECKED.is_complete() && CHECKED.done() == checked {}";
    changed("rtic", "overtaken", [count, and_stay], PLENTY).unwrap();
}

/// A copy of the bare example with a wrong program.
fn planted(case: &str, right: &str, wrong: &str, limit: Duration) -> Result<(), String> {
    changed("cortex-m-rt", case, [right, wrong], limit)
}

#[test]
fn an_example_that_fails_is_found() {
    let said = planted("fails", "process::exit(0)", "process::exit(3)", PLENTY).unwrap_err();
    assert!(said.contains("exit status: 3"), "{said}");
}

#[test]
fn an_example_with_another_output_is_found() {
    let said = planted("prints", "the last:", "the first:", PLENTY).unwrap_err();
    assert!(said.contains("the first: number 100"), "{said}");
}

#[test]
fn an_example_that_warns_is_found() {
    let said = planted(
        "warns",
        "fn main() -> ! {",
        "fn main() -> ! {\n    let unused = 1;",
        PLENTY,
    )
    .unwrap_err();
    assert!(said.contains("unused variable"), "{said}");
}

#[test]
#[should_panic(expected = "runs for longer than")]
fn an_example_that_hangs_is_found() {
    let hang = "if READINGS.is_complete() {\n        loop {}\n    }\n    process::exit(0)";
    // It reaches any limit.
    planted("hangs", "process::exit(0)", hang, Duration::from_secs(1)).unwrap();
}
