//! Pictures of a recorded sample, and what the README shows of the whole record.
//!
//! `LOOK_PIN=1 cargo test -p look` records the sample and its pictures again.

use std::{env, fs, path::PathBuf, sync::LazyLock};

use super::{Paint, error, find, lines, picture};
use crate::{
    record::Look,
    source::root,
    svg::svg,
    testing::{look, toolchain},
};

/// The examples of the sample.
const EXAMPLES: [&str; 4] = [
    "increment-store",
    "increment-add",
    "sleep-gap",
    "aba-twice-untagged",
];

static SAMPLE: LazyLock<Look> = LazyLock::new(|| {
    let file = file("sample.json");
    if is_pinning() {
        let sample = crate::some(&toolchain(), |name| EXAMPLES.contains(&name)).unwrap();
        fs::write(&file, serde_json::to_string(&sample).unwrap() + "\n").unwrap();
    }
    serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap()
});

fn is_pinning() -> bool {
    env::var_os("LOOK_PIN").is_some()
}

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/pictures")
        .join(name)
}

/// Compares a text with the recorded one.
fn is_as_recorded(name: &str, text: &str) {
    if is_pinning() {
        fs::write(file(name), text).unwrap();
    }
    let recorded = fs::read_to_string(file(name)).unwrap();
    assert_eq!(text, recorded, "{name}");
}

fn plain(text: &str) -> String {
    let mut parts = text.split('\x1b');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        text + part.split_once('m').map_or(part, |it| it.1)
    })
}

#[test]
fn pictures_are_as_recorded() {
    for example in EXAMPLES {
        let scene = find(&SAMPLE, example, None).unwrap();
        is_as_recorded(&format!("{example}.txt"), &picture(&scene, Paint::Plain));
    }
    is_as_recorded("lines.txt", &lines(&SAMPLE, Paint::Plain));
}

#[test]
fn colours_change_nothing_else() {
    for example in EXAMPLES {
        let scene = find(&SAMPLE, example, None).unwrap();
        let coloured = picture(&scene, Paint::Coloured);
        assert!(coloured.contains("\x1b[34m"));
        assert_eq!(plain(&coloured), picture(&scene, Paint::Plain));
    }
    assert_eq!(
        plain(&lines(&SAMPLE, Paint::Coloured)),
        lines(&SAMPLE, Paint::Plain)
    );
    let scene = find(&SAMPLE, "increment-store", None).unwrap();
    is_as_recorded("increment-store.ansi", &picture(&scene, Paint::Coloured));
}

#[test]
fn a_wrong_landing_is_told_with_its_two_expressions() {
    let scene = find(&SAMPLE, "increment-store", None).unwrap();
    let error = error(&scene, Paint::Plain).unwrap();
    for expression in ["counter.load(Relaxed)", "counter.store(n + 1, Relaxed)"] {
        let line = error
            .lines()
            .position(|line| line.contains(expression))
            .expect(expression);
        let marks = error.lines().nth(line + 1).unwrap();
        let from = error.lines().nth(line).unwrap().find(expression).unwrap();
        assert!(
            marks[from..].starts_with(&"^".repeat(expression.len())),
            "{error}"
        );
    }
    let right = find(&SAMPLE, "increment-add", None).unwrap();
    assert_eq!(super::error(&right, Paint::Plain), None);
}

#[test]
fn every_picture_fits_a_terminal() {
    for case in &look().cases {
        for build in &case.builds {
            for landing in &build.landings {
                let scene = super::Scene {
                    build,
                    landing,
                    ..find(look(), &case.id, None).unwrap()
                };
                for line in picture(&scene, Paint::Plain).lines() {
                    assert!(
                        line.chars().count() <= 80,
                        "{} {:?}: {line}",
                        case.id,
                        landing.at
                    );
                }
            }
        }
    }
    for line in lines(look(), Paint::Plain).lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
}

#[test]
fn colours_are_for_terminals_without_no_color() {
    assert_eq!(Paint::new(true, false), Paint::Coloured);
    assert_eq!(Paint::new(true, true), Paint::Plain);
    assert_eq!(Paint::new(false, false), Paint::Plain);
}

#[test]
fn the_picture_of_the_readme_is_the_one_that_is_drawn() {
    let scene = find(look(), "increment-store", None).unwrap();
    let drawn = fs::read_to_string(root().join("docs/landing.svg")).unwrap();
    assert_eq!(
        drawn,
        svg(&scene),
        "`cargo xtask look --svg` draws it again"
    );
}

#[test]
fn the_lines_of_the_readme_are_those_of_the_demo() {
    const MARK: &str = "<!-- what `cargo xtask demo` ends with -->\n```text\n";
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let (_, shown) = readme.split_once(MARK).expect(MARK);
    let (shown, _) = shown.split_once("```\n").expect("the end of the block");
    // What is masked and where it is wrong depends on the compiler; the names and the verdicts do not.
    let stable = |line: &str| {
        let words: Vec<_> = line.split_whitespace().collect();
        let verdict =
            words.iter().any(|word| word.starts_with("right")) || words.last() == Some(&"wrong");
        (words.first().map(|it| (*it).to_owned()), verdict)
    };
    let lines = lines(look(), Paint::Plain);
    for line in shown.lines().filter(|line| *line != "...") {
        assert!(lines.lines().any(|it| stable(it) == stable(line)), "{line}");
    }
    assert!(readme.contains("docs/landing.svg"));
}
