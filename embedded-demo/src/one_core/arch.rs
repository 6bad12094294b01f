//! The parts that differ between the architectures: a folder for each, with the same names in it:
//!
//! | name | is |
//! |---|---|
//! | `take` | sets up the interrupts, and returns the timer, once |
//! | `Timer` | `start` and `stop`; calls `tick::tick` in between |
//! | `cycles` | a clock for short times |
//! | `let_work` | runs a worker's turn; for the tick |
//! | `here` | the interrupt that takes a step of the caller |
//! | `unmask_uart`, `mask_uart` | the interrupt of the console |
//! | `Wfi` | the parker of `main` |
//! | `undefined` | executes an undefined instruction |

#[cfg_attr(target_arch = "arm", path = "arch/cortex_m/mod.rs")]
#[cfg_attr(target_arch = "riscv32", path = "arch/riscv/mod.rs")]
mod this;

pub(super) use this::*;
