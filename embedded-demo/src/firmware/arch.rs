//! What differs between the architectures, a folder for each with the same names in it:
//!
//! | | is |
//! |---|---|
//! | `take` | sets the interrupts up, and gives the timer, once |
//! | `Timer` | `start` and `stop`; calls `tick::tick` in between |
//! | `cycles` | a clock for short times |
//! | `let_work` | has a worker's turn taken; from the tick |
//! | `here` | the interrupt that takes a step of whoever calls this |
//! | `unmask_uart`, `mask_uart` | the interrupt that the console receives by |
//! | `Wfi` | how `main` sleeps |
//! | `undefined` | runs into what no program should |

#[cfg_attr(target_arch = "arm", path = "arch/cortex_m/mod.rs")]
#[cfg_attr(target_arch = "riscv32", path = "arch/riscv/mod.rs")]
mod this;

pub(super) use this::*;
