//! `checksum`, stopped in the middle: fifty runs, each at another point.
//!
//! One file is so large that no run ends by itself, so every stop meets work under way. The test stops a run
//! after a progress line of the demo; nothing depends on the speed of the machine.

use std::{
    fs::{self, File},
    path::Path,
};

use tempfile::TempDir;

use crate::{
    process::{Process, host_demo},
    verify::{accepted, part_of, sha256sum},
};

const FILES: usize = 120;
const ENDLESS: &str = "f050-endless";

/// Small and larger files around one of 1 TiB, of which no block is on the disk.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for place in 0..FILES {
        let block = format!("{place} ").repeat(place * 37 % 50 * 200);
        fs::write(folder.path().join(format!("f{place:03}")), block).unwrap();
    }
    let endless = File::create(folder.path().join(ENDLESS)).unwrap();
    endless.set_len(1 << 40).unwrap();
    folder
}

fn start(folder: &Path, workers: &str) -> Process {
    Process::start(host_demo(&["checksum", "--workers", workers, "."]).current_dir(folder))
}

/// The number of files done, of a progress line `checksum KEY: DONE of ALL files, …`.
fn done(line: &str) -> Option<usize> {
    let (_, text) = line.split_once(": ")?;
    let (done, rest) = text.split_once(" of ")?;
    rest.contains(" files, ").then(|| done.parse().ok())?
}

#[test]
fn fifty_interrupted_runs() {
    let folder = folder();
    let names = (0..FILES).map(|place| format!("./f{place:03}"));
    let full = sha256sum(folder.path(), names);
    for round in 0..50 {
        let ctrl_c = round % 2 == 1;
        let mut run = start(folder.path(), ["2", "3", "8"][round % 3]);
        // With two workers, at most one of them is busy for ever.
        let at_least = round * 2;
        if at_least > 0 {
            assert!(run.tells(|line| done(line) >= Some(at_least)), "{round}");
        }
        if ctrl_c && at_least > 0 {
            run.interrupt();
        } else {
            run.type_in(b"stop\n");
        }
        let ended = run.wait();

        assert_eq!(ended.code, Some(130), "{round}: {ended:?}");
        let printed =
            part_of(&ended.stdout, &full).unwrap_or_else(|fault| panic!("{round}: {fault}"));
        assert!(
            printed >= at_least,
            "{round}: {printed} lines of {at_least} files finished"
        );
        assert!(
            printed == 0 || accepted(folder.path(), &ended.stdout),
            "{round}"
        );
        let said = format!("{printed} listed, 0 failed, 0 symbolic links not followed; stopped");
        assert!(ended.stderr.contains(&said), "{round}: {}", ended.stderr);
    }
}

#[test]
fn the_end_of_the_input_does_not_stop_it() {
    let folder = folder();
    fs::remove_file(folder.path().join(ENDLESS)).unwrap();
    let ended = start(folder.path(), "2").end();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let names = (0..FILES).map(|place| format!("./f{place:03}"));
    assert_eq!(ended.stdout, sha256sum(folder.path(), names));
}

#[test]
fn a_stop_after_a_flood_of_other_input_is_obeyed() {
    let folder = folder();
    let mut run = start(folder.path(), "2");
    run.type_in(&[0xff; 100_000]);
    run.type_in(b"\nhelp\nstop");
    let ended = run.end();
    assert_eq!(ended.code, Some(130), "{ended:?}");
}
