//! `main` of a program on a board.

/// Makes `main` of a program: the function of this name in the board's programs.
#[macro_export]
macro_rules! program {
    ($name:ident) => {
        #[::cortex_m_rt::entry]
        fn main() -> ! {
            $crate::start($crate::program::$name)
        }
    };
}
