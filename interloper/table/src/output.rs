//! The output of the table for the host: the text of an answer, of a state, of a panic.

#![allow(unsafe_code, reason = "the host finds the buffer by its symbol")]

use core::{
    cell::UnsafeCell,
    fmt::{self, Debug, Write},
    hint,
    panic::PanicInfo,
};

/// How much of a text is kept. Texts that differ further on only, differ in `hash`.
const CAPACITY: usize = 240;

/// The text that the host reads after a call of [`show`] or a panic.
#[repr(C)]
struct Output {
    /// The length of the whole text.
    len: u32,
    /// FNV-1a of the whole text.
    hash: u32,
    /// Set when the text is complete.
    done: u32,
    bytes: [u8; CAPACITY],
}

struct Shared(UnsafeCell<Output>);

// SAFETY: the host runs one function of this module at a time, each on memory of its own.
unsafe impl Sync for Shared {}

/// Found by the host under this name.
#[unsafe(export_name = "interloper_output")]
static OUTPUT: Shared = Shared(UnsafeCell::new(Output {
    len: 0,
    hash: 0,
    done: 0,
    bytes: [0; CAPACITY],
}));

impl Write for Output {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for &byte in text.as_bytes() {
            if let Some(place) = self.bytes.get_mut(self.len as usize) {
                *place = byte;
            }
            self.len += 1;
            self.hash = (self.hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
        }
        Ok(())
    }
}

fn write(text: fmt::Arguments<'_>) {
    // SAFETY: see `Shared`; the reference does not leave this function, and what `text` formats has none.
    let output = unsafe { &mut *OUTPUT.0.get() };
    (output.len, output.hash) = (0, 0x811c_9dc5);
    // An error of a `Debug` implementation shortens the text; the host reads what there is.
    let _ = output.write_fmt(text);
    output.done = 1;
}

/// Writes the text of an answer or a state.
#[doc(hidden)]
#[inline(always)]
pub fn show<T: Debug>(value: &T) {
    show_dyn(value);
}

/// Writes the text of a state. The value itself is the argument, so that rustc's error about it points to the expression
/// in the table.
#[doc(hidden)]
#[inline(always)]
pub fn show_state<T: Debug>(state: T) {
    show_dyn(&state);
}

#[inline(never)]
fn show_dyn(value: &dyn Debug) {
    write(format_args!("{value:?}"));
}

/// The panic handler of a table: the host ends the run at its first instruction, and executes the rest for the
/// message alone.
#[doc(hidden)]
#[inline(never)]
#[unsafe(export_name = "interloper_panicked")]
pub fn panicked(info: &PanicInfo<'_>) -> ! {
    match info.location() {
        Some(at) => write(format_args!(
            "{} ({}:{})",
            info.message(),
            at.file(),
            at.line()
        )),
        None => write(format_args!("{}", info.message())),
    }
    loop {
        hint::spin_loop();
    }
}

/// Where core 0 is after main has returned. The host enters handlers there, and never executes it.
#[doc(hidden)]
#[inline(never)]
#[unsafe(export_name = "interloper_idle")]
extern "C" fn idle() -> ! {
    loop {
        hint::spin_loop();
    }
}
