//! The runner reports each way in which the demo's firmware fails.

use super::{COUNTED, boards, build, run, run_within};
use core::time::Duration;
use runner::qemu::{self, End, Input, Options};
use std::fs;
use tempfile::NamedTempFile;

#[test]
fn the_end_is_the_requested_one() {
    for board in boards() {
        let elf = build(board, "fail", &[]);
        for (how, end) in [
            ("not at all", End::Exit(0)),
            ("somehow", End::Exit(1)),
            ("panic", End::Exit(101)),
            ("hardfault", End::Exit(102)),
        ] {
            let ran = run(board, &elf, None, how.as_bytes());
            assert_eq!(ran.end, end, "{how} on {}", board.name);
        }
    }
}

#[test]
fn a_panic_has_its_place_and_its_reason() {
    for board in boards() {
        let ran = run(board, &build(board, "fail", &[]), None, b"panic");
        let [line] = &ran.log[..] else {
            panic!("{:?}", ran.log);
        };
        assert_eq!(line.level, "ERROR");
        assert!(line.message.contains("fail.rs"), "{}", line.message);
        assert!(line.message.ends_with("as asked for"), "{}", line.message);
    }
}

#[test]
fn a_hang_is_ended_by_the_limit() {
    const LIMIT: Duration = Duration::from_secs(2);
    for board in boards() {
        let elf = build(board, "fail", &[]);
        let ran = run_within(LIMIT, board, &elf, None, b"hang");
        assert_eq!(ran.end, End::TimedOut(LIMIT), "{}", board.name);
    }
}

#[test]
fn the_last_id_ends_the_program() {
    for board in boards() {
        let ran = run(board, &build(board, "abort", &[]), COUNTED, b"");
        assert_eq!(ran.end, End::Exit(101), "{}", board.name);
        let [first, second, third, panic] = ran.messages()[..] else {
            panic!("{:?}", ran.log);
        };
        assert_eq!([first, second, third], ["id 0", "id 1", "id 2"]);
        assert!(panic.ends_with("all IDs have been allocated"), "{panic}");
    }
}

#[test]
fn firmware_without_a_log_is_refused() {
    for board in boards() {
        let mut bytes = fs::read(build(board, "fail", &[])).unwrap();
        let name = b"\0.defmt\0";
        let at = bytes.windows(name.len()).position(|it| it == name).unwrap();
        bytes[at..at + name.len()].copy_from_slice(b"\0.other\0");
        let elf = NamedTempFile::new().unwrap();
        fs::write(&elf, bytes).unwrap();
        let options = Options {
            machine: board,
            icount: None,
            timeout: super::PLENTY,
        };
        let error = qemu::run(elf.path(), &options, Input::Unconnected, |_| ()).unwrap_err();
        let error = format!("{error:#}");
        assert!(error.contains("no `.defmt`"), "{error}");
    }
}
