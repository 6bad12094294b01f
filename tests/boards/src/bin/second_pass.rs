//! Whether a waiter stores after its first pass: on some cores an exclusive store sets the event register,
//! and the following WFE would return at once.
//!
//! The memory protection unit makes the object read-only after the first pass; a store then faults.

#![no_std]
#![no_main]

use board_tests::{Board, experiment};
use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use cortex_m::peripheral::{MPU, SCB};
use cortex_m_rt::exception;
use indivisible::{
    progress::{Progress, SingleProgress},
    stop::StopSignal,
    wait::{Park, Unpark, WaitError, WakeReason, wfe::Event},
};

/// One whole region of the memory protection unit.
#[repr(C, align(128))]
struct Region {
    many: Progress<Event>,
    one: SingleProgress<Event>,
    stop: StopSignal<bool, Event>,
    planted: AtomicUsize,
}

static REGION: Region = Region {
    many: Progress::with_unparker(1, Event),
    one: SingleProgress::with_unparker(1, Event),
    stop: StopSignal::with_unparker(Event),
    planted: AtomicUsize::new(0),
};

static FAULTS: AtomicUsize = AtomicUsize::new(0);

/// One pass of [`Wfe`](indivisible::wait::wfe::Wfe), without the WFE.
struct Pass;

impl<U: Unpark> Park<U> for Pass {
    fn park_unless(&self, _: &U, ready: &mut dyn FnMut() -> bool) -> Result<WakeReason, WaitError> {
        ready();
        Ok(WakeReason::TimedOut)
    }
}

/// The number of faults in one pass of each kind of wait.
fn pass() -> [usize; 3] {
    let faults = |wait: &dyn Fn() -> bool| {
        FAULTS.store(0, Relaxed);
        wait();
        FAULTS.load(Relaxed)
    };
    [
        faults(&|| REGION.many.wait_complete(&Pass).is_ok()),
        faults(&|| REGION.one.wait_complete(&Pass).is_ok()),
        faults(&|| REGION.stop.wait(&Pass).is_ok()),
    ]
}

fn run(_: Board) -> bool {
    defmt::info!("first pass, writable: {} faults", pass());
    protect(true);
    defmt::info!("second pass, read-only: {} faults", pass());
    FAULTS.store(0, Relaxed);
    // The condition, checked in each pass.
    REGION.planted.fetch_or(1, Relaxed);
    defmt::info!("planted: {} faults", FAULTS.load(Relaxed));
    true
}

/// Makes [`REGION`] read-only, or writable again.
#[allow(unsafe_code, reason = "the unit is a register")]
fn protect(is_protected: bool) {
    /// The whole region of 2^7 bytes, read-only in every mode.
    const READ_ONLY_128_BYTES: u32 = 0b110 << 24 | 6 << 1 | 1;
    /// Enables the unit, with the default map for all other addresses.
    const ENABLED: u32 = 0b101;

    /// MEMFAULTENA.
    const OWN_HANDLER: u32 = 1 << 16;

    // SAFETY: no other code of this program uses the unit; a fault ends in the handler below.
    unsafe {
        (*SCB::PTR).shcsr.modify(|it| it | OWN_HANDLER);
        let mpu = &*MPU::PTR;
        mpu.rnr.write(0);
        mpu.rbar.write(core::ptr::from_ref(&REGION).addr() as u32);
        mpu.rasr.write(READ_ONLY_128_BYTES);
        mpu.ctrl.write(if is_protected { ENABLED } else { 0 });
    }
    cortex_m::asm::dsb();
    cortex_m::asm::isb();
}

/// Counts the fault, and makes the region writable, so that the store succeeds when it is repeated.
#[exception]
fn MemoryManagement() {
    FAULTS.fetch_add(1, Relaxed);
    protect(false);
}

experiment!(run);
