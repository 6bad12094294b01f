//! Cortex-M: SysTick is the first interrupt, with the lowest priority; two timers of the chip are the
//! second and the watchdog.
//!
//! SysTick is 16 MHz on `microbit` and 25 MHz on `mps2-an385`, so at 64 ns an instruction no boundary
//! falls between two ticks.

#![allow(unsafe_code, reason = "vectors in assembly, and registers")]

use super::{PATIENCE, Register};
use crate::landing;
use cortex_m::peripheral::{SCB, scb::VectActive};
use semihosting::process::exit;

#[cfg(target_has_atomic = "32")]
use cmsdk as chip;
#[cfg(not(target_has_atomic = "32"))]
use nrf51 as chip;

const SYST_CSR: Register = Register(0xe000_e010);
const SYST_RVR: Register = Register(0xe000_e014);
const SYST_CVR: Register = Register(0xe000_e018);
const NVIC_ISER: Register = Register(0xe000_e100);
const NVIC_IPR2: Register = Register(0xe000_e408);
const ICSR: Register = Register(0xe000_ed04);
const PENDSTCLR: u32 = 1 << 25;
const SHPR3: Register = Register(0xe000_ed20);

/// The interrupt numbers of the two timers, the same on both boards.
const SECOND: VectActive = VectActive::Interrupt { irqn: 8 };
const WATCHDOG: VectActive = VectActive::Interrupt { irqn: 9 };

pub(crate) const HAS_SECOND: bool = true;

pub(crate) fn start() {
    chip::SECOND.start();
    chip::WATCHDOG.start();
    SHPR3.write(0xc000_0000); // SysTick: lowest
    NVIC_IPR2.write(0x0000_0040); // the second: between; the watchdog: highest
    NVIC_ISER.write(1 << 8 | 1 << 9);
}

#[inline(always)]
pub(crate) fn first_arm(ticks: u32) {
    SYST_RVR.write(ticks);
    SYST_CVR.write(0);
    SYST_CSR.write(0b111);
    // Not again after a few ticks: a short period would be over before the handler can stop it.
    SYST_RVR.write(0x00ff_ffff);
}

pub(crate) fn first_stop() {
    SYST_CSR.write(0);
    ICSR.write(PENDSTCLR);
}

#[inline(always)]
pub(crate) fn second_arm(ticks: u32) {
    chip::SECOND.arm(ticks);
}

pub(crate) fn second_stop() {
    chip::SECOND.stop();
}

pub(crate) fn watchdog_arm() {
    chip::WATCHDOG.arm(PATIENCE);
}

pub(crate) fn watchdog_stop() {
    chip::WATCHDOG.stop();
}

// The interrupted instruction's address is the seventh word of what the processor stacked, and to be
// replaced by the one to go on at. The host's trace knows the end of a handler by the names.
core::arch::global_asm!(
    ".syntax unified",
    ".macro vector name rust",
    ".section .text.\\name, \"ax\", %progbits",
    ".global \\name",
    ".type \\name, %function",
    ".thumb_func",
    "\\name:",
    "    mov r0, sp",
    "    push {{r0, lr}}",
    "    ldr r0, [r0, #24]",
    "    bl \\rust",
    "    ldr r1, [sp]",
    "    str r0, [r1, #24]",
    ".global sweep_exit_\\name",
    "sweep_exit_\\name:",
    "    pop {{r0, pc}}",
    ".size \\name, . - \\name",
    ".endm",
    "vector SysTick sweep_first",
    "vector DefaultHandler sweep_other",
    ".text",
);

// SAFETY: only the vector above calls it.
#[unsafe(no_mangle)]
extern "C" fn sweep_first(address: u32) -> u32 {
    landing::first(address)
}

// SAFETY: only the vector above calls it.
#[unsafe(no_mangle)]
extern "C" fn sweep_other(address: u32) -> u32 {
    match SCB::vect_active() {
        SECOND => landing::second(address),
        WATCHDOG => {
            chip::WATCHDOG.stop();
            landing::bite(address);
            address
        }
        _ => exit(103),
    }
}

#[cortex_m_rt::exception]
unsafe fn HardFault(_: &cortex_m_rt::ExceptionFrame) -> ! {
    exit(102)
}

/// nRF51: TIMER0 and TIMER1, 16 MHz.
#[cfg(not(target_has_atomic = "32"))]
mod nrf51 {
    use super::Register;

    pub(super) struct Timer(usize);

    pub(super) const SECOND: Timer = Timer(0x4000_8000);
    pub(super) const WATCHDOG: Timer = Timer(0x4000_9000);

    impl Timer {
        #[inline(always)]
        fn write(&self, offset: usize, value: u32) {
            Register(self.0 + offset).write(value);
        }

        pub(super) fn start(&self) {
            self.write(0x508, 3); // BITMODE: 32
            self.write(0x510, 0); // PRESCALER: none
            self.write(0x304, 1 << 16); // INTENSET: COMPARE[0]
        }

        #[inline(always)]
        pub(super) fn arm(&self, ticks: u32) {
            self.stop();
            self.write(0x00c, 1); // CLEAR
            self.write(0x540, ticks); // CC[0]
            self.write(0x000, 1); // START
        }

        #[inline(always)]
        pub(super) fn stop(&self) {
            self.write(0x004, 1); // STOP
            self.write(0x140, 0); // EVENTS_COMPARE[0]
        }
    }
}

/// CMSDK: APB timers 0 and 1, 25 MHz.
#[cfg(target_has_atomic = "32")]
mod cmsdk {
    use super::Register;

    pub(super) struct Timer(usize);

    pub(super) const SECOND: Timer = Timer(0x4000_0000);
    pub(super) const WATCHDOG: Timer = Timer(0x4000_1000);

    impl Timer {
        #[inline(always)]
        fn write(&self, offset: usize, value: u32) {
            Register(self.0 + offset).write(value);
        }

        pub(super) fn start(&self) {
            self.stop();
        }

        #[inline(always)]
        pub(super) fn arm(&self, ticks: u32) {
            self.stop();
            self.write(0x8, ticks); // RELOAD
            self.write(0x4, ticks); // VALUE
            self.write(0x0, 0b1001); // CTRL: interrupt, enable
        }

        #[inline(always)]
        pub(super) fn stop(&self) {
            self.write(0x0, 0); // CTRL
            self.write(0xc, 1); // INTCLEAR
        }
    }
}
