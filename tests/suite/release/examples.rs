//! The packages of `examples/`: each is built and run with the commands of its README, and prints the output shown there.

use core::time::Duration;
use integration_tests::{
    project::{Project, Ran},
    readme::block,
};
use object::{Object, ObjectSection};
use std::{
    fs,
    path::{Path, PathBuf},
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

/// The first difference from its README.
fn complaint(dir: &Path, limit: Duration) -> Result<(), String> {
    let project = Project::new(dir, SHARED, limit);
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
            complaint(&example(name), PLENTY)
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
    let project = Project::new(&example("rp2040"), SHARED, PLENTY);
    let elf = fs::read(project.build("cargo build --locked").unwrap()).unwrap();
    let elf = object::File::parse(&*elf).unwrap();
    let section = |name: &str| elf.section_by_name(name).unwrap();
    let boot = section(".boot2");
    assert_eq!((boot.address(), boot.size()), (0x1000_0000, 256));
    assert_eq!(section(".vector_table").address(), 0x1000_0100);
}

#[test]
fn each_is_a_package_that_a_user_copies_whole() {
    for name in examples() {
        let manifest = fs::read_to_string(example(&name).join("Cargo.toml")).unwrap();
        let paths: Vec<_> = manifest.split("path = ").skip(1).collect();
        assert!(
            matches!(paths[..], [path] if path.starts_with("\"../../core\"")),
            "{name}: {paths:?}"
        );
        assert!(!manifest.contains("workspace"), "{name}");
        assert!(example(&name).join("Cargo.lock").exists(), "{name}");
    }
}

#[test]
fn the_readme_links_to_each() {
    let readme = fs::read_to_string(runner::root().join("README.md")).unwrap();
    for name in examples() {
        assert!(readme.contains(&format!("](examples/{name})")), "{name}");
    }
}

/// A copy of the bare example with another program.
fn planted(case: &str, right: &str, wrong: &str) -> Result<(), String> {
    let dir = runner::toolchain::target_dir()
        .join("examples/planted")
        .join(case);
    for file in [
        "Cargo.toml",
        "Cargo.lock",
        "README.md",
        "memory.x",
        ".cargo/config.toml",
        "src/main.rs",
    ] {
        let text = fs::read_to_string(example("cortex-m-rt").join(file)).unwrap();
        let core = runner::root().join("core");
        // Programs share a directory, each under its own name.
        let text = text.replace("cortex-m-rt-example", &format!("planted-{case}"));
        let text = match file {
            // The copy is below this workspace, and is a member of none.
            "Cargo.toml" => {
                text.replace("\"../../core\"", &format!("{core:?}")) + "\n[workspace]\n"
            }
            "src/main.rs" => {
                assert!(text.contains(right), "{right}");
                text.replace(right, wrong)
            }
            _ => text,
        };
        let to = dir.join(file);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::write(to, text).unwrap();
    }
    complaint(&dir, Duration::from_secs(20))
}

#[test]
fn an_example_that_fails_is_found() {
    let said = planted("fails", "process::exit(0)", "process::exit(3)").unwrap_err();
    assert!(said.contains("exit status: 3"), "{said}");
}

#[test]
fn an_example_with_another_output_is_found() {
    let said = planted("prints", "the last:", "the first:").unwrap_err();
    assert!(said.contains("the first: number 100"), "{said}");
}

#[test]
fn an_example_that_warns_is_found() {
    let said = planted(
        "warns",
        "fn main() -> ! {",
        "fn main() -> ! {\n    let unused = 1;",
    )
    .unwrap_err();
    assert!(said.contains("unused variable"), "{said}");
}

#[test]
#[should_panic(expected = "runs for longer than")]
fn an_example_that_hangs_is_found() {
    let hang = "if READINGS.is_complete() {\n        loop {}\n    }\n    process::exit(0)";
    planted("hangs", "process::exit(0)", hang).unwrap();
}
