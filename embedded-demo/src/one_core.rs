//! The programs on a board with one core.

mod arch;
mod board;
mod console;
mod deadline;
mod demand;
mod handler;
mod party;
pub mod program;
mod tick;
mod turns;

pub use party::Interrupts;

use defmt_semihosting as _;

defmt::timestamp!("{=u32:06}", tick::now());

/// Runs `program` and ends with exit code 0 if it returns true, else with 1.
pub fn start(program: fn(&Interrupts) -> bool) -> ! {
    let good = arch::take().is_some_and(|timer| program(&Interrupts::new(timer)));
    semihosting::process::exit(i32::from(!good))
}
