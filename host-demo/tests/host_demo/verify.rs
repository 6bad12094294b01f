//! Whether a list of digests is a part of another, and whether sha256sum accepts it.

use std::process::{Command, Stdio};
use std::{ffi::OsStr, io::Write, path::Path};

/// Checks that `printed` consists of whole lines of `full`, in the same order, none twice; returns their
/// number.
pub(crate) fn part_of(printed: &[u8], full: &[u8]) -> Result<usize, String> {
    let mut rest = full.split_inclusive(|byte| *byte == b'\n');
    let mut count = 0;
    for line in printed.split_inclusive(|byte| *byte == b'\n') {
        count += 1;
        if !rest.any(|other| other == line) {
            return Err(format!(
                "line {count} is not whole, not true, doubled, or out of order: {}",
                line.escape_ascii()
            ));
        }
    }
    Ok(count)
}

/// The output of the system's sha256sum for these files.
pub(crate) fn sha256sum<P: AsRef<OsStr>>(
    folder: &Path,
    files: impl IntoIterator<Item = P>,
) -> Vec<u8> {
    let output = Command::new("sha256sum")
        .arg("--")
        .args(files)
        .current_dir(folder)
        .output()
        .expect("these tests need sha256sum (GNU coreutils)");
    assert!(output.status.success(), "{output:?}");
    output.stdout
}

/// Whether the system's `sha256sum -c` accepts the list.
pub(crate) fn accepted(folder: &Path, list: &[u8]) -> bool {
    let mut child = Command::new("sha256sum")
        .args(["--check", "--strict", "--quiet", "-"])
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("these tests need sha256sum (GNU coreutils)");
    let mut stdin = child.stdin.take().expect("it is piped");
    stdin.write_all(list).expect("it reads all of the list");
    drop(stdin);
    child
        .wait()
        .expect("it is a child of this process")
        .success()
}

mod tests {
    use super::{accepted, part_of, sha256sum};
    use std::fs;

    const FULL: &[u8] = b"aa  one\nbb  two\ncc  three\n";

    #[test]
    fn parts_are_parts() {
        for (part, lines) in [
            (FULL, 3),
            (b"bb  two\n", 1),
            (b"aa  one\ncc  three\n", 2),
            (b"", 0),
        ] {
            assert_eq!(part_of(part, FULL), Ok(lines));
        }
    }

    #[test]
    fn planted_faults_are_found() {
        for (fault, part) in [
            ("doubled", &b"aa  one\naa  one\n"[..]),
            ("doubled later", b"aa  one\nbb  two\naa  one\n"),
            ("wrong digest", b"ab  one\n"),
            ("wrong name", b"aa  two\n"),
            ("cut off", b"aa  one\nbb  two"),
            ("run together", b"aa  onebb  two\n"),
            ("out of order", b"bb  two\naa  one\n"),
            ("empty line", b"aa  one\n\nbb  two\n"),
        ] {
            assert!(part_of(part, FULL).is_err(), "{fault}");
        }
    }

    #[test]
    fn sha256sum_finds_a_planted_digest() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("one"), "1").unwrap();
        let list = sha256sum(folder.path(), ["one"]);
        assert!(accepted(folder.path(), &list));
        let mut wrong = list;
        wrong[0] = if wrong[0] == b'0' { b'1' } else { b'0' };
        assert!(!accepted(folder.path(), &wrong));
    }
}
