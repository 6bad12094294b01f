//! A new user of `interloper`, with nothing but its README; and the protocol by which nextest runs a test program.

use core::time::Duration;
use integration_tests::{
    folder,
    project::Project,
    readme::{block, write_project},
};
use runner::toolchain;
use std::{
    ffi::OsStr,
    fs,
    path::PathBuf,
    process::{Command, Output},
};

/// Below the target directory.
const OUTPUT: &str = "newcomer";
const PAIR: &str = "thumbv6m::queue::push x push";

fn readme() -> String {
    fs::read_to_string(runner::root().join("interloper/README.md")).unwrap()
}

/// The project of the README, and its test program.
struct Walk {
    dir: PathBuf,
    project: Project,
    program: PathBuf,
}

fn walk() -> Walk {
    let dir = folder::inside(OUTPUT).join("ring");
    write_project(&readme(), "ring", &dir);
    // Three small pairs: compiling with optimisation would take ten times as long as it saves.
    let project = Project::new(&dir, OUTPUT, Duration::MAX)
        .with("interloper", "interloper")
        .configured("profile.dev.package.interloper.opt-level=0");
    let program = project.build("cargo build --test interrupts").unwrap();
    Walk {
        dir,
        project,
        program,
    }
}

impl Walk {
    fn run(&self, arguments: &[&str], rustc: &str) -> Output {
        let mut program = Command::new(&self.program);
        program.args(arguments).current_dir(&self.dir);
        program.env("INTERLOPER_RUSTC", rustc).output().unwrap()
    }
}

fn rustc() -> String {
    toolchain::rustc().display().to_string()
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Without what differs between compilers: addresses and numbers of instructions.
fn normal(text: &str) -> String {
    let is_of_the_compiler =
        |line: &str| line.contains(" enters after ") || line.contains("REPLAY=");
    let lines = text.lines().map(|line| {
        let kept = |it: &char| !is_of_the_compiler(line) || !it.is_ascii_hexdigit();
        line.trim_end().chars().filter(kept).collect::<String>()
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Whether this is the executable of the table, and no file that describes it.
fn is_table(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    name.starts_with("interloper-ring-") && !name.contains('.')
}

#[test]
fn the_readme_of_interloper_leads_to_the_report_that_it_shows() {
    let walk = walk();
    let readme = readme();
    let failed = walk.run(&["--exact", PAIR], &rustc());
    let (printed, shown) = (text(&failed), block(&readme, "ring prints"));
    assert!(!failed.status.success());
    assert!(
        normal(&printed).contains(&normal(shown)),
        "{printed}\nshown:\n{shown}"
    );
    assert!(printed.contains("0 passed; 1 failed"), "{printed}");

    // nextest: the list, the ignored ones, one test.
    let list = walk.run(&["--list", "--format", "terse"], &rustc());
    let listed = text(&list);
    assert!(
        list.status.success() && listed.lines().all(|line| line.ends_with(": test")),
        "{listed}"
    );
    assert!(
        listed.lines().any(|line| line == format!("{PAIR}: test")),
        "{listed}"
    );
    let ignored = walk.run(&["--list", "--format", "terse", "--ignored"], &rustc());
    assert_eq!(
        (ignored.status.success(), text(&ignored).trim()),
        (true, "")
    );
    let passed = walk.run(
        &["--exact", "thumbv7m::queue::push x pop", "--nocapture"],
        &rustc(),
    );
    assert!(
        passed.status.success() && text(&passed).contains("1 passed"),
        "{}",
        text(&passed)
    );

    // Without its table, a test fails that is run alone.
    let broken = walk.run(&["--exact", PAIR], "no-such-compiler");
    assert!(!broken.status.success(), "{}", text(&broken));
    let said = String::from_utf8_lossy(&broken.stderr);
    assert!(said.contains("no-such-compiler"), "{said}");

    // A replay of the failed run lists it, and does not pass.
    let (_, replay) = printed.split_once("INTERLOPER_REPLAY='").unwrap();
    let mut repeat = Command::new(&walk.program);
    repeat.args(["--exact", PAIR]).current_dir(&walk.dir);
    repeat.env("INTERLOPER_RUSTC", rustc());
    repeat.env("INTERLOPER_REPLAY", replay.split('\'').next().unwrap());
    let repeated = repeat.output().unwrap();
    let listing = text(&repeated);
    assert!(
        !repeated.status.success() && listing.contains("w queue+4"),
        "{listing}"
    );

    // One test needs one build.
    let of_target = |target: &str| {
        let built = fs::read_dir(folder::inside(&format!(
            "tmp/interloper/build/{target}/release"
        )));
        let mut built = built.unwrap().map(|entry| entry.unwrap().path());
        built.find(|path| path.file_name().is_some_and(is_table))
    };
    for target in ["thumbv6m-none-eabi", "thumbv7m-none-eabi"] {
        fs::remove_file(of_target(target).unwrap()).unwrap();
    }
    walk.run(&["--exact", "thumbv7m::queue::push x pop"], &rustc());
    assert!(of_target("thumbv7m-none-eabi").is_some());
    assert_eq!(of_target("thumbv6m-none-eabi"), None);

    // The correction of the README.
    let table = walk.dir.join("tests/interrupts/ring.rs");
    let wrong = fs::read_to_string(&table).unwrap();
    let is_operation = |line: &&str| line.trim_start().starts_with("main irq(1) fn");
    let operations: Vec<_> = wrong.lines().filter(is_operation).collect();
    let corrected = block(&readme, "ring corrected");
    fs::write(
        &table,
        wrong.replace(&(operations.join("\n") + "\n"), corrected),
    )
    .unwrap();
    let passed = walk.run(&[], &rustc());
    assert!(passed.status.success(), "{}", text(&passed));
    assert!(
        text(&passed).contains("3 passed; 0 failed"),
        "{}",
        text(&passed)
    );

    // libtest's `main` in place of the test's: it would find no test, and pass.
    let manifest = walk.dir.join("Cargo.toml");
    let own = fs::read_to_string(&manifest).unwrap();
    let libtests = own.replace("harness = false", "harness = true");
    assert_ne!(libtests, own);
    fs::write(&manifest, libtests).unwrap();
    let tested = walk.project.carry_out("cargo test --test interrupts");
    let refused = tested.unwrap_err();
    let remedy = "Cargo.toml needs a `[[test]]` with `name = \"interrupts\"` and `harness = false`";
    assert!(refused.contains(remedy), "{refused}");
}
