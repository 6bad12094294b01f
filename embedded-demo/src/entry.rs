//! `main` of a program on a board.

#[cfg(target_arch = "arm")]
pub use cortex_m_rt::entry;
#[cfg(target_arch = "riscv32")]
pub use riscv_rt::entry;

/// Defines `main` of a program: the function of this name in the board's programs.
#[macro_export]
macro_rules! program {
    ($name:ident) => {
        #[$crate::entry]
        fn main() -> ! {
            $crate::start($crate::program::$name)
        }
    };
}
