//! The target's capability that an operation needs, as a bound: a call that the target cannot run is refused
//! by `cargo check`, with a sentence that names the remedy.

use core::marker::PhantomData;

/// Implemented for [`Target`] if this target changes an atomic in one step.
///
/// Every target with compare-and-swap does. One without (Cortex-M0, RV32IMC) does with a back end: see
/// [the module](crate::atomic#without-compare-and-swap). Without a back end an operation with this bound
/// does not compile.
#[diagnostic::on_unimplemented(
    message = "this operation needs read-modify-write, which this target has only with a back end: in Cargo.toml \
        write `indivisible = {{ version = \"0.1\", features = [\"critical-section\"] }}` and let the binary bring a \
        critical section (`cortex-m = {{ version = \"0.7\", features = [\"critical-section-single-core\"] }}`, \
        `riscv = {{ version = \"0.16\", features = [\"critical-section-single-hart\"] }}`, or its HAL), or, on a single \
        core and without 64 bits, add `\"--cfg\", \"portable_atomic_unsafe_assume_single_core\"` to `rustflags` in \
        `.cargo/config.toml`",
    label = "needs read-modify-write"
)]
pub trait ReadModifyWrite {}

/// The target that is compiled for, in a bound: `for<'a> Target<'a>: ReadModifyWrite`.
///
/// The lifetime defers the bound to the caller: without a parameter, the compiler would check it where
/// the operation is declared.
#[derive(Debug)]
pub struct Target<'a>(PhantomData<&'a ()>);

#[cfg(not(no_back_end))]
impl ReadModifyWrite for Target<'_> {}

/// A function that changes words. The bound is written only where it does not hold.
#[cfg(not(no_back_end))]
macro_rules! needs_read_modify_write {
    ($($function:tt)*) => { $($function)* };
}
#[cfg(no_back_end)]
macro_rules! needs_read_modify_write {
    (
        $(#[$meta:meta])*
        $vis:vis fn $name:ident ($($arguments:tt)*) $(-> $Result:ty)? $body:block
    ) => {
        $(#[$meta])*
        $vis fn $name($($arguments)*) $(-> $Result)?
        where
            for<'a> $crate::sync::Target<'a>: $crate::sync::ReadModifyWrite,
        $body
    };
}
pub(crate) use needs_read_modify_write;
