//! What the binaries are on a board.

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
    let good = match cortex_m::Peripherals::take() {
        Some(peripherals) => program(&Interrupts::new(peripherals)),
        None => false,
    };
    semihosting::process::exit(i32::from(!good))
}
