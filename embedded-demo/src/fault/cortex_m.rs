//! HardFault, and the faults that escalate to it.

use super::fault;
use cortex_m_rt::{ExceptionFrame, exception};

#[exception]
#[allow(
    unsafe_code,
    reason = "cortex-m-rt demands the keyword; the body is safe"
)]
unsafe fn HardFault(_: &ExceptionFrame) -> ! {
    fault()
}
