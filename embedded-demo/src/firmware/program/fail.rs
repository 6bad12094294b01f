//! Fails as the UART asks for, so that the tests can see what the runner makes of it.

use crate::{
    Interrupts,
    firmware::{
        arch,
        console::{self, Input},
    },
};
use core::hint;

/// Reads one line from the UART and does what it says.
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
