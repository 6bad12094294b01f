//! The programs on a board with two cores: `main` runs on core 0.

mod deadline;
mod inbox;
mod party;
pub mod program;
mod second;
mod section;

pub use party::Cores;

use defmt_semihosting as _;

defmt::timestamp!("{=u32:06}", deadline::now());

/// Runs `program` and ends with exit code 0 if it returns true, else with 1.
pub fn start(program: fn(&Cores) -> bool) -> ! {
    let good = cortex_m::Peripherals::take()
        .is_some_and(|peripherals| program(&Cores::new(peripherals.SYST)));
    semihosting::process::exit(i32::from(!good))
}
