//! RISC-V `virt`: the machine timer is the first interrupt, and from then on the watchdog.
//!
//! There is no second one: a hart in machine mode has no priorities among its interrupts. The timer
//! compares with an absolute time of 10 MHz, so an instruction has to take at least two ticks.

use super::{PATIENCE, Register};
use crate::landing;
use riscv::register::{mepc, mie};
use riscv_rt::core_interrupt;

const MTIME: Register = Register(0x0200_bff8);
const MTIME_HIGH: Register = Register(0x0200_bffc);
const MTIMECMP: Register = Register(0x0200_4000);
const MTIMECMP_HIGH: Register = Register(0x0200_4004);

pub(crate) const HAS_SECOND: bool = false;

#[allow(unsafe_code, reason = "interrupts are enabled")]
pub(crate) fn start() {
    watchdog_stop();
    // SAFETY: nothing relies on interrupts being masked.
    unsafe {
        mie::set_mtimer();
        riscv::interrupt::enable();
    }
}

#[inline(always)]
pub(crate) fn first_arm(ticks: u32) {
    let now = u64::from(MTIME_HIGH.read()) << 32 | u64::from(MTIME.read());
    let then = now + u64::from(ticks);
    // Neither half of the old time may make an early one with the other half of the new.
    MTIMECMP_HIGH.write(u32::MAX);
    MTIMECMP.write(then as u32);
    MTIMECMP_HIGH.write((then >> 32) as u32);
}

pub(crate) fn first_stop() {
    watchdog_arm();
}

pub(crate) fn second_arm(_: u32) {}

pub(crate) fn watchdog_arm() {
    first_arm(PATIENCE);
}

pub(crate) fn watchdog_stop() {
    MTIMECMP_HIGH.write(u32::MAX);
}

#[allow(unsafe_code, reason = "the hart goes on elsewhere")]
#[core_interrupt(riscv::interrupt::Interrupt::MachineTimer)]
fn timer() {
    let address = mepc::read() as u32;
    if landing::is_under_way() {
        landing::bite(address);
    } else {
        let resumed = landing::first(address);
        // SAFETY: the address itself, or the beginning of a sequence that may begin anew there.
        unsafe { mepc::write(resumed as usize) };
    }
}
