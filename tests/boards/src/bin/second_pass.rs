//! Whether a waiter's later passes store: an exclusive store would set the event register of some cores
//! before each WFE.
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

/// A whole region of the unit.
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

/// Does what [`Wfe`](indivisible::wait::wfe::Wfe) does in one pass, but for the WFE.
struct Pass;

impl<U: Unpark> Park<U> for Pass {
    fn park_unless(&self, _: &U, ready: &mut dyn FnMut() -> bool) -> Result<WakeReason, WaitError> {
        ready();
        Ok(WakeReason::TimedOut)
    }
}

/// The faults of one pass of each kind of wait.
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
    // What asks again in each pass.
    REGION.planted.fetch_or(1, Relaxed);
    defmt::info!("planted: {} faults", FAULTS.load(Relaxed));
    true
}

/// Makes [`REGION`] read-only, or writable again.
#[allow(unsafe_code, reason = "the unit is a register")]
fn protect(is_protected: bool) {
    /// All of the region of 2^7 bytes, read-only in every mode.
    const READ_ONLY_128_BYTES: u32 = 0b110 << 24 | 6 << 1 | 1;
    /// Enabled, with the default map for all else.
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

/// Counts, and lets the store that has faulted be executed again.
#[exception]
fn MemoryManagement() {
    FAULTS.fetch_add(1, Relaxed);
    protect(false);
}

experiment!(run);
