//! Rules about single lines.

use crate::{finds, source::Source};

/// The largest distance of an `unsafe` from the end of its argument: rustfmt may put lines in between.
const NEAR: usize = 6;

pub(crate) fn argues_unsafe(source: &Source) -> Vec<String> {
    let lines: Vec<&str> = source.text.lines().collect();
    let argued = |n: usize| {
        let above = &lines[n.saturating_sub(NEAR)..n];
        above
            .iter()
            .any(|line| line.trim_start().starts_with("// SAFETY:"))
            || long_argument(&lines[..n])
    };
    let is_unsafe = |code: &str| {
        ["unsafe {", "unsafe impl"]
            .iter()
            .any(|it| code.contains(it))
    };
    if !source.is_rust() {
        return Vec::new();
    }
    source
        .code()
        .filter(|(n, code)| is_unsafe(code) && !argued(*n))
        .map(|(n, _)| source.at(n, "no SAFETY comment"))
        .collect()
}

/// Whether the comment directly above begins with an argument.
fn long_argument(above: &[&str]) -> bool {
    let comment = above
        .iter()
        .rev()
        .take_while(|line| line.trim_start().starts_with("//"));
    comment
        .into_iter()
        .any(|line| line.trim_start().starts_with("// SAFETY:"))
}

pub(crate) fn gives_reasons(source: &Source) -> Vec<String> {
    let mut missing = Vec::new();
    for (n, code) in source.code() {
        let code = code.trim_start();
        let opens = ["#[allow(", "#![allow(", "#[expect(", "#![expect("];
        if !source.is_rust() || !opens.iter().any(|it| code.starts_with(it)) {
            continue;
        }
        let attribute = source.code().skip(n).map(|(_, code)| code);
        let mut open = true;
        let whole: Vec<String> = attribute
            .take_while(|code| core::mem::replace(&mut open, !code.contains(")]")))
            .collect();
        if !whole.concat().contains("reason =") {
            missing.push(source.at(n, "no reason"));
        }
    }
    missing
}

/// The forms of a call.
const SLEEPS: &[&str] = &["thread::sleep", " sleep(", "{sleep"];

pub(crate) fn does_not_sleep(source: &Source) -> Vec<String> {
    let roots = ["core/", "scenarios/", "tests/"];
    let is_tested =
        roots.iter().any(|it| source.path.starts_with(it)) || source.path.contains("/tests/");
    if is_tested && source.is_rust() {
        source.lines_with(SLEEPS, "a sleep does not synchronize")
    } else {
        Vec::new()
    }
}

/// Names of directories, of which two runs at once would write to one.
const SHARED: &[&str] = &["CARGO_TARGET_TMPDIR", "target_dir()", "temp_dir()"];

/// `tests/src/folder.rs` has directories for one process at a time.
pub(crate) fn writes_alone(source: &Source) -> Vec<String> {
    let tested = ["tests/src/", "tests/suite/"]
        .iter()
        .any(|it| source.path.starts_with(it));
    let own = ["tests/src/folder.rs", "tests/suite/tidy/text.rs"];
    if !tested || !source.is_rust() || own.contains(&&*source.path) {
        return Vec::new();
    }
    let lines = source.text.lines().enumerate();
    lines
        .filter(|(_, line)| SHARED.iter().any(|it| line.contains(it)))
        .map(|(n, _)| source.at(n, "two runs at once share the directory"))
        .collect()
}

pub(crate) fn names_no_machine(source: &Source) -> Vec<String> {
    // Concatenated, so that this file contains none of them.
    let words = [
        ["/wo", "rk/"],
        ["/ro", "ot/"],
        ["/ho", "me/"],
        ["/Us", "ers/"],
        ["index.cra", "tes.io"],
        ["static.cra", "tes.io"],
        ["py", "pi.org"],
        ["registry.np", "mjs.org"],
        ["deb.deb", "ian.org"],
        ["proxy.gol", "ang.org"],
    ]
    .map(|it| it.concat());
    let has_one = |line: &str| words.iter().any(|word| line.contains(word));
    let lines = source.text.lines().enumerate();
    lines
        .filter(|(_, line)| has_one(line))
        .map(|(n, _)| source.at(n, "names a machine"))
        .collect()
}

#[test]
fn a_planted_unsafe_is_found() {
    let fine = "
// SAFETY: no other thread is here,
// and the argument goes on.
unsafe impl Sync for A {}
// SAFETY: the same.
Some(
    self.value
        .with(|value| unsafe { value.read() }),
)
#![allow(unsafe_code, reason = \"unsafe {\")]
";
    finds(
        argues_unsafe,
        "core/src/once.rs",
        fine,
        "let it = unsafe { value.read() };\n",
    );
    let far = format!(
        "{fine}{}unsafe impl Send for A {{}}\n",
        "\n".repeat(NEAR + 7)
    );
    finds(argues_unsafe, "host-demo/src/main.rs", fine, &far);
}

#[test]
fn a_planted_allow_is_found() {
    let fine =
        "#[allow(dead_code, reason = \"of course\")]\n#![allow(\n    a,\n    reason = \"b\"\n)]\n";
    finds(
        gives_reasons,
        "core/src/sync.rs",
        fine,
        "#[allow(dead_code)]\n",
    );
    let several = "#![allow(\n    dead_code,\n)]\n#[allow(a, reason = \"b\")]\n";
    finds(gives_reasons, "core/src/sync.rs", fine, several);
}

#[test]
fn a_planted_sleep_is_found() {
    let fine = "// thread::sleep(LIMIT);\nrecv_timeout(LIMIT);\nwake_before_sleep(party);\n";
    for planted in [
        "std::thread::sleep(LIMIT);\n",
        "    sleep(LIMIT);\n",
        "use std::thread::{sleep};\n",
    ] {
        finds(
            does_not_sleep,
            "tests/suite/library/transcripts.rs",
            fine,
            planted,
        );
    }
}

#[test]
fn a_planted_shared_directory_is_found() {
    for planted in [
        "let dir = Path::new(env!(\"CARGO_TARGET_TMPDIR\"));\n",
        "let dir = toolchain::target_dir().join(\"readme\");\n",
        "let dir = std::env::temp_dir();\n",
    ] {
        let fine = "let dir = folder::inside(\"readme\");\n";
        finds(
            writes_alone,
            "tests/suite/release/examples.rs",
            fine,
            planted,
        );
    }
}

#[test]
fn a_planted_machine_is_found() {
    let planted = ["see /ho", "me/user/notes\n"].concat();
    finds(
        names_no_machine,
        "README.md",
        "see target/notes\n",
        &planted,
    );
    let planted = ["https://py", "pi.org\n"].concat();
    finds(names_no_machine, ".ci/run", "crates.io\n", &planted);
}
