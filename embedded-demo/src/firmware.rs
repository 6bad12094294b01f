//! What the binaries are on a board.

mod arch;
mod board;
mod console;
mod demand;
mod fault;
mod handler;
mod interrupts;
mod patience;
pub mod program;
mod tick;
mod turns;

pub use interrupts::Interrupts;

use defmt_semihosting as _;

defmt::timestamp!("{=u32:06}", tick::now());

/// Runs `program` and ends with exit code 0 if it says that all went well, else with 1.
pub fn start(program: fn(&Interrupts) -> bool) -> ! {
    let good = arch::take().is_some_and(|timer| program(&Interrupts::new(timer)));
    semihosting::process::exit(i32::from(!good))
}
