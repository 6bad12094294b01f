//! The interrupts of a RISC-V hart in QEMU's `virt`: the software interrupt on demand, and the timer.

use crate::hook::Hook;
use core::{hint::black_box, ptr};
use critical_section::Mutex;
use riscv::{
    interrupt::{self, machine::Interrupt},
    register::mie,
};

pub use indivisible::wait::wfi::Wfi;
pub use riscv::asm::wfi;

static DEMAND: Hook = Hook::new();
static TICK: Hook = Hook::new();
static PERIOD: Mutex<core::cell::Cell<u32>> = Mutex::new(core::cell::Cell::new(0));

/// A register of the core-local interruptor.
struct Register(usize);

const MSIP: Register = Register(0x0200_0000);
const MTIMECMP: [Register; 2] = [Register(0x0200_4000), Register(0x0200_4004)];
const MTIME: [Register; 2] = [Register(0x0200_BFF8), Register(0x0200_BFFC)];

#[allow(
    unsafe_code,
    reason = "device registers are reached through raw pointers"
)]
impl Register {
    fn read(&self) -> u32 {
        // SAFETY: the address is that of an aligned register of this machine; Rust does not use it as memory.
        unsafe { ptr::with_exposed_provenance::<u32>(self.0).read_volatile() }
    }

    fn write(&self, value: u32) {
        // SAFETY: as for `read`; no write to these registers changes memory.
        unsafe { ptr::with_exposed_provenance_mut::<u32>(self.0).write_volatile(value) }
    }
}

#[riscv_rt::core_interrupt(Interrupt::MachineSoft)]
fn machine_soft() {
    MSIP.write(0);
    DEMAND.run();
}

#[riscv_rt::core_interrupt(Interrupt::MachineTimer)]
fn machine_timer() {
    arm(critical_section::with(|section| {
        PERIOD.borrow(section).get()
    }));
    TICK.run();
}

/// Sets the timer to fire after this number of its counts.
fn arm(counts: u32) {
    let [low, high] = [MTIME[0].read(), MTIME[1].read()].map(u64::from);
    let at = (high << 32 | low) + u64::from(counts);
    // Written so that the timer never holds a smaller time in between.
    MTIMECMP[1].write(u32::MAX);
    MTIMECMP[0].write(at as u32);
    MTIMECMP[1].write((at >> 32) as u32);
}

/// The timer.
#[expect(missing_debug_implementations, reason = "a timer has no state to show")]
pub struct Board(());

impl Board {
    /// Enables the software interrupt.
    pub fn take() -> Option<Self> {
        #[allow(unsafe_code, reason = "unmasking interrupts is unsafe to ask for")]
        // SAFETY: the handlers are installed, and no critical section is active.
        unsafe {
            mie::set_msoft();
            interrupt::enable();
        }
        Some(Self(()))
    }

    /// Runs `tick` every `period` counts of the timer while `body` runs.
    pub fn ticking<R>(&mut self, period: u32, tick: fn(), body: impl FnOnce() -> R) -> R {
        TICK.set(tick);
        critical_section::with(|section| PERIOD.borrow(section).set(period));
        arm(period);
        #[allow(unsafe_code, reason = "unmasking interrupts is unsafe to ask for")]
        // SAFETY: the handler is installed, and no critical section relies on this mask.
        unsafe {
            mie::set_mtimer();
        }
        let result = body();
        #[allow(unsafe_code, reason = "masking interrupts is unsafe to ask for")]
        // SAFETY: no critical section relies on this mask.
        unsafe {
            mie::clear_mtimer();
        }
        result
    }
}

/// The number of ticks.
pub fn ticks() -> u32 {
    TICK.runs()
}

/// Sets the function that [`demand`] runs.
pub fn on_demand(handler: fn()) {
    DEMAND.set(handler);
}

/// Requests the interrupt: it runs at once, or as soon as it is unmasked.
pub fn demand() {
    MSIP.write(1);
    // The request takes some cycles to arrive; it is pending when this loop ends.
    (0..64).for_each(|i| {
        black_box(i);
    });
}
