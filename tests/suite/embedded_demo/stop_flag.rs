//! The stop flag over the UART.

use super::{COUNTED, Ran, boards, build, run};
use runner::qemu::End;
use std::{
    io::Write,
    process::{Command, Stdio},
};

/// Runs it with this input; it must succeed, which includes that the worker has stopped in time.
fn answers(input: &[u8]) -> Vec<Ran> {
    let mut all = Vec::new();
    for board in boards() {
        let elf = build(board, "stop-flag", &[]);
        for icount in [COUNTED, None] {
            let ran = run(board, &elf, icount, input);
            assert_eq!(ran.end, End::Exit(0), "{:?}", ran.log);
            assert_eq!(ran.numbers("items done").count(), 1, "{:?}", ran.log);
            assert_eq!(
                ran.numbers("the request was seen").count(),
                1,
                "{:?}",
                ran.log
            );
            all.push(ran);
        }
    }
    all
}

#[test]
fn commands_are_answered_until_stop() {
    for ran in answers(b"help\n\nfaster\n\xff\n  stop \r\nhelp\n") {
        let lines: Vec<_> = ran.uart.lines().collect();
        assert_eq!(
            lines,
            [
                "commands: help, stop",
                r#"unknown command: "faster"; try help"#,
                r#"unknown command: "\xff"; try help"#,
                "stopping",
            ]
        );
    }
}

#[test]
fn the_end_of_the_input_stops() {
    for ran in answers(b"") {
        assert_eq!(ran.uart, "");
    }
    for ran in answers(b"help\n") {
        assert_eq!(ran.uart, "commands: help, stop\n");
    }
}

#[test]
fn the_last_line_needs_no_line_break() {
    for ran in answers(b"stop") {
        assert_eq!(ran.uart, "stopping\n");
    }
}

/// The numbers of unused bytes that the firmware reports, by reason.
fn unused(ran: &Ran) -> [usize; 3] {
    ["bytes ignored", "bytes lost", "bytes have come"].map(|words| ran.numbers(words).sum())
}

#[test]
fn of_a_line_of_10_kb_every_byte_is_accounted_for() {
    for ran in answers(&[b'x'; 10_000]) {
        // Whether the queue overflows depends on the speed of QEMU's end of the socket.
        let [ignored, lost, torn] = unused(&ran);
        assert_eq!(ignored + lost + torn, 10_000, "{:?}", ran.log);
        assert_eq!(ignored > 0, lost == 0, "{:?}", ran.log);
        let answered = ran.uart == "line of more than 80 bytes ignored; try help\n";
        assert_eq!(answered, lost == 0, "{}", ran.uart);
    }
}

#[test]
fn an_overflowing_queue_is_reported() {
    for board in boards() {
        let elf = build(board, "stop-flag", &["slow-main"]);
        let ran = run(board, &elf, COUNTED, &[b'x'; 1_000]);
        assert_eq!(ran.end, End::Exit(0));
        let [ignored, lost, torn] = unused(&ran);
        assert!(lost > 0, "{:?}", ran.log);
        assert_eq!((ignored, lost + torn), (0, 1_000), "{:?}", ran.log);
        assert_eq!(ran.uart, "");
    }
}

/// As in the README: only cargo, inside the demo's folder.
#[test]
fn plain_cargo_run_pipes_standard_input_to_the_uart() {
    let mut cargo = runner::toolchain::host_cargo();
    cargo
        .current_dir(runner::root().join("embedded-demo"))
        .args([
            "run",
            "--quiet",
            "--profile",
            "firmware",
            "--bin",
            "stop-flag",
        ]);
    let output = piped(&mut cargo, b"help\nstop\n");
    let lines: Vec<_> = output.lines().collect();
    assert!(lines.contains(&"commands: help, stop"), "{output}");
    assert!(lines.contains(&"stopping"), "{output}");
    assert!(output.contains("items done"), "{output}");
}

fn piped(command: &mut Command, input: &[u8]) -> String {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", output.status);
    String::from_utf8(output.stdout).unwrap()
}
