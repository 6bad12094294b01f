//! Four words from the handler to main, whole.

#![no_std]
#![no_main]

use cortex_m_rt::{entry, exception};
use indivisible::latest::{Latest, WriterCell};
use size_firmware::{input, output};

static LATEST: Latest<[u32; 4]> = Latest::new();

#[entry]
fn main() -> ! {
    loop {
        if let Some(words) = LATEST.read() {
            words.iter().copied().for_each(output);
        }
    }
}

#[exception]
fn SysTick() {
    static mut WRITER: WriterCell<'static, [u32; 4]> = WriterCell::new(&LATEST);
    if let Some(mut writer) = WRITER.get_mut() {
        writer.publish([input(), input(), input(), input()]);
    }
}
