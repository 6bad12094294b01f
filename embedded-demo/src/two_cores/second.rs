//! The start of the second core, and its number.
//!
//! At reset it waits in CPUWAIT. Core 0 sets the address of its vectors and clears CPUWAIT; core 1 then loads
//! its stack pointer and its first instruction from there, as core 0 does from its own vectors.

use super::inbox::INBOXES;
use core::{cell::UnsafeCell, mem::MaybeUninit, ptr};

/// Secure aliases of registers of the SSE-200.
const INITSVTOR1: usize = 0x5002_1114;
const CPUWAIT: usize = 0x5002_1118;
const CPU_IDENTITY: usize = 0x5001_F000;

const STACK_BYTES: usize = 32 * 1024;

#[repr(C, align(8))]
struct Stack(UnsafeCell<MaybeUninit<[u8; STACK_BYTES]>>);

#[allow(unsafe_code, reason = "the cell holds the second core's stack")]
// SAFETY: No Rust code accesses it. Only the second core's stack pointer does.
unsafe impl Sync for Stack {}

static STACK: Stack = Stack(UnsafeCell::new(MaybeUninit::uninit()));

/// The system exceptions; the core's interrupts all stay disabled. INITSVTOR1 requires the alignment.
#[repr(C, align(128))]
struct Vectors {
    stack: *const Stack,
    reset: extern "C" fn() -> !,
    others: [extern "C" fn() -> !; 14],
}

#[allow(unsafe_code, reason = "a pointer is not Sync")]
// SAFETY: It is never written, and the pointer is never followed in Rust.
unsafe impl Sync for Vectors {}

static VECTORS: Vectors = Vectors {
    stack: (&raw const STACK).wrapping_add(1),
    reset: serve,
    others: [fault; 14],
};

/// Runs on core 1 from its start.
extern "C" fn serve() -> ! {
    INBOXES[1].serve()
}

/// On core 1, every exception is a fault.
extern "C" fn fault() -> ! {
    semihosting::process::exit(102)
}

/// Starts the second core.
pub(super) fn start() {
    // The second core must find in memory all that this core has written.
    cortex_m::asm::dsb();
    #[allow(
        unsafe_code,
        reason = "device registers are reached through raw pointers"
    )]
    // SAFETY: The addresses are those of two registers of this board, aligned, and not of Rust's memory.
    // The vectors are valid: they are static, and only the second core uses the stack and the functions.
    unsafe {
        ptr::with_exposed_provenance_mut::<u32>(INITSVTOR1)
            .write_volatile((&raw const VECTORS).expose_provenance() as u32);
        ptr::with_exposed_provenance_mut::<u32>(CPUWAIT).write_volatile(0);
    }
}

/// The core that runs this: 0 or 1.
pub(super) fn this_core() -> u8 {
    #[allow(
        unsafe_code,
        reason = "device registers are reached through raw pointers"
    )]
    // SAFETY: The address is that of a register of this board, aligned, and not of Rust's memory.
    let identity = unsafe { ptr::with_exposed_provenance::<u32>(CPU_IDENTITY).read_volatile() };
    (identity & 1) as u8
}
