//! Fails as a line from the UART commands, so that the tests can check the answer of the runner.

use crate::{
    Interrupts,
    one_core::{
        arch,
        console::{self, Input},
    },
};
use core::hint;

/// Reads one line from the UART and executes it.
pub fn fail(_: &Interrupts) -> bool {
    let Input::Line(how) = console::open(|console| console.read()) else {
        return false;
    };
    match how.as_slice() {
        b"panic" => panic!("as asked for"),
        b"hardfault" => arch::undefined(),
        b"hang" => loop {
            hint::spin_loop();
        },
        b"not at all" => true,
        _ => false,
    }
}
