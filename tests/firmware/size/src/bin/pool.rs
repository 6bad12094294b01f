//! Boxes that main fills and the handler empties, and the other way round.

#![no_std]
#![no_main]

use cortex_m_rt::{entry, exception};
use indivisible::Pool;
use size_firmware::{input, output};

static POOL: Pool<[u32; 4], 4> = Pool::new();

fn use_a_box() {
    if let Ok(mut handle) = POOL.try_alloc([input(); 4]) {
        handle[1] = input();
        output(handle[2]);
    }
}

#[entry]
fn main() -> ! {
    loop {
        use_a_box();
    }
}

#[exception]
fn SysTick() {
    use_a_box();
}
