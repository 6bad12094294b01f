//! Signals, and a standard output that blocks.

use std::{
    fs::{self, File},
    os::unix::process::ExitStatusExt,
    path::Path,
    process::{Command, Stdio},
};

use rustix::process::Signal;
use tempfile::TempDir;

use crate::{
    process::{Process, host_demo, run},
    verify::accepted,
};

/// Three small files, and one of 1 TiB of which no block is on the disk.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a", "b", "c"] {
        fs::write(folder.path().join(name), name).unwrap();
    }
    let endless = File::create(folder.path().join("d")).unwrap();
    endless.set_len(1 << 40).unwrap();
    folder
}

fn checksum(folder: &Path) -> Process {
    Process::start(host_demo(&["checksum", "--workers", "2", "."]).current_dir(folder))
}

fn has_three(line: &str) -> bool {
    line.contains(": 3 of 4 files, ")
}

#[test]
fn every_signal_prints_the_finished_files() {
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143), (Signal::HUP, 129)] {
        let folder = folder();
        let mut run = checksum(folder.path());
        assert!(run.tells(has_three));
        run.signal(signal);
        let ended = run.wait();
        assert_eq!(ended.code, Some(code), "{ended:?}");
        assert_eq!(ended.text().lines().count(), 3, "{ended:?}");
        assert!(accepted(folder.path(), &ended.stdout));
    }
}

#[test]
fn a_hang_up_that_the_parent_ignores_stays_ignored() {
    let folder = folder();
    let mut shell = Command::new("sh");
    shell
        .args(["-c", "trap '' HUP; exec \"$0\" checksum --workers 2 ."])
        .arg(host_demo(&[]).get_program())
        .current_dir(folder.path());
    let mut run = Process::start(&mut shell);
    assert!(run.tells(has_three));
    run.signal(Signal::HUP);
    // After the bytes of another line the signal has certainly been delivered.
    assert!(run.tells(has_three));
    run.type_in(b"stop\n");
    assert_eq!(run.wait().code, Some(130));
}

#[test]
fn a_second_signal_ends_a_program_whose_output_is_blocked() {
    let folder = tempfile::tempdir().unwrap();
    // More than a pipe holds.
    for place in 0..600 {
        let name = format!("{place:03}{}", "x".repeat(200));
        fs::write(folder.path().join(name), "").unwrap();
    }
    let (reader, writer) = std::io::pipe().unwrap();
    let mut command = host_demo(&["checksum", "."]);
    command.current_dir(folder.path());
    let mut run = Process::start_with(&mut command, Stdio::from(writer));
    assert!(run.tells(|line| line.contains("600 of 600 files")));
    let status = run.signal_to_the_end(Signal::INT);
    assert_eq!(status.signal(), Some(Signal::INT.as_raw()), "{status}");
    drop(reader);
}

/// Below a shell that ignores SIGINT, as for a job that it starts with `&`.
#[test]
fn the_tests_pass_below_a_process_that_ignores_ctrl_c() {
    const TEST: &str = "stop_flag::ctrl_c_stops_too";
    let mut shell = Command::new("sh");
    shell
        .args(["-c", "trap '' INT; exec \"$0\" --exact \"$1\""])
        .arg(std::env::current_exe().unwrap())
        .arg(TEST);
    let ended = run(&mut shell, b"");
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.text().contains("1 passed"), "{ended:?}");
}
