//! The runner with firmware that ends in every possible way.

use core::time::Duration;
use std::{path::PathBuf, sync::OnceLock};

use runner::{
    qemu::{End, Event, Input, Line, Machine, Options, run},
    toolchain::firmware,
};

/// For runs that end by themselves; only a broken runner reaches it.
const PLENTY: Duration = Duration::from_secs(120);

const DIR: &str = "runner/tests/every-end";

struct Ran {
    end: End,
    log: Vec<Line>,
    uart: Vec<u8>,
}

fn boot(input: Input, timeout: Duration, icount: Option<u8>) -> Ran {
    let (mut log, mut uart) = (Vec::new(), Vec::new());
    let end = boot_with(input, timeout, icount, |event| match event {
        Event::Log(line) => log.push(line.clone()),
        Event::Uart(bytes) => uart.extend_from_slice(bytes),
    });
    Ran { end, log, uart }
}

fn boot_with(
    input: Input,
    timeout: Duration,
    icount: Option<u8>,
    each: impl FnMut(Event<'_>),
) -> End {
    static ELF: OnceLock<PathBuf> = OnceLock::new();
    let machine = Machine::named("microbit").unwrap();
    let elf = ELF.get_or_init(|| firmware(DIR, "every-end", machine.target, &[]).unwrap());
    let options = Options {
        machine,
        icount,
        timeout,
    };
    run(elf, &options, input, each).unwrap()
}

fn ask(byte: u8, timeout: Duration) -> Ran {
    boot(Input::Bytes(vec![byte]), timeout, None)
}

#[test]
fn every_end_is_distinguished() {
    for (byte, end, code, words) in [
        (b'7', End::Exit(7), 7, "exit code 7"),
        (b'P', End::Exit(101), 101, "panicked"),
        (b'F', End::Exit(102), 102, "HardFault"),
        (b'L', End::Signal(6), 134, "locks up"),
        (b'M', End::Malformed, 125, "malformed"),
        (b'T', End::Malformed, 125, "truncated"),
    ] {
        let ran = ask(byte, PLENTY);
        assert_eq!(ran.end, end);
        assert_eq!(ran.end.code(), code);
        assert!(!ran.end.is_success());
        assert!(ran.end.to_string().contains(words), "{}", ran.end);
    }
}

#[test]
fn a_silent_and_a_printing_hang_both_time_out() {
    let limit = Duration::from_secs(1);
    for byte in [b'H', b'O'] {
        let ran = ask(byte, limit);
        assert_eq!(ran.end, End::TimedOut(limit));
        assert_eq!(ran.end.code(), 124);
    }
}

#[test]
fn a_message_carries_time_level_and_place() {
    let ran = ask(b'7', PLENTY);
    let source = include_str!("every-end/src/main.rs");
    let at = source
        .lines()
        .position(|line| line.contains("\"ready\""))
        .unwrap()
        + 1;
    let line = Line {
        time: "1234".into(),
        level: "ERROR".into(),
        message: "ready".into(),
        location: format!("{DIR}/src/main.rs:{at}"),
    };
    assert_eq!(ran.log, [line]);
}

#[test]
fn the_uart_loses_nothing_and_transmits_the_end() {
    let long = b"x0123456789".repeat(1000);
    for input in [b"xa\nlast".to_vec(), long] {
        for icount in [None, Some(6)] {
            let ran = boot(Input::Bytes(input.clone()), PLENTY, icount);
            assert_eq!(ran.end, End::Exit(0));
            assert_eq!(ran.uart, input);
        }
    }
}

/// QEMU's exit code is 0 there.
#[cfg(target_os = "linux")]
#[test]
fn an_emulator_that_is_terminated_is_no_success() {
    use std::{fs, process::Command};

    let terminate = |event: Event<'_>| {
        if let Event::Log(_) = event {
            // This thread has started QEMU, and nothing else that still runs.
            let qemu = fs::read_to_string("/proc/thread-self/children").unwrap();
            // By the shell: a small system has no program of that name.
            let mut kill = Command::new("sh");
            kill.args(["-c", "kill \"$0\"", qemu.trim()]);
            assert!(kill.status().unwrap().success());
        }
    };
    let end = boot_with(Input::Bytes(vec![b'H']), PLENTY, None, terminate);
    assert_eq!(end, End::Signal(15));
    assert_eq!(end.code(), 143);
}

#[test]
fn without_a_uart_nothing_arrives() {
    let limit = Duration::from_secs(1);
    assert_eq!(
        boot(Input::Unconnected, limit, None).end,
        End::TimedOut(limit)
    );
}
