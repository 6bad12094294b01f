//! HardFault, and what comes to it.

use super::fault;
use cortex_m_rt::{ExceptionFrame, exception};

#[exception]
#[allow(
    unsafe_code,
    reason = "cortex-m-rt asks for the word; it is safe to run"
)]
unsafe fn HardFault(_: &ExceptionFrame) -> ! {
    fault()
}
