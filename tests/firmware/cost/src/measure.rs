//! One call between two marks.
//!
//! The host takes for the operation whatever is executed after [`begin`] outside the function that called
//! it, until that function goes on; nothing else may be called before [`end`]. So the operation is called
//! through a pointer that the compiler knows nothing about, and its arguments are made before.

use core::hint::black_box;
use semihosting::io::{Write, stdout};

/// Writes to the host; not with `core::fmt`, whose every step would be in the trace.
pub(crate) fn say(text: &str) {
    let written = stdout().and_then(|mut out| out.write_all(text.as_bytes()));
    if written.is_err() {
        panic!();
    }
}

/// No interrupt comes, but what saves the mask and restores it has to find interrupts enabled.
pub(crate) fn enable_interrupts() {
    #[cfg(target_arch = "riscv32")]
    #[allow(unsafe_code, reason = "interrupts are enabled")]
    // SAFETY: nothing here relies on masked interrupts, and no source is enabled.
    unsafe {
        riscv::interrupt::enable();
    }
}

/// The host knows it by its name.
#[inline(never)]
pub(crate) fn begin() {
    black_box("begin");
}

/// The host knows it by its name.
#[inline(never)]
pub(crate) fn end() {
    black_box("end");
}

/// Calls a function of these arguments and body once, and gives its result.
///
/// ```text
/// cost!(2, "AtomicU32::store", |word: &AtomicU32, n: u32| { word.store(n, Relaxed); }, (&WORD, 1));
/// ```
///
/// The number is the tier. In place of it a reference says `by "who", for "Operation::name"`.
macro_rules! cost {
    (by $who:literal, for $of:literal, $name:literal, $($call:tt)*) => {{
        $crate::measure::say(concat!("reference\t", $who, "\t", $name, "\t", $of, "\n"));
        $crate::measure::cost!(@ $($call)*)
    }};
    ($tier:literal, $name:expr, $($call:tt)*) => {{
        $crate::measure::say(concat!("tier ", $tier, "\t", $name, "\n"));
        $crate::measure::cost!(@ $($call)*)
    }};
    (@ |$($arg:ident: $Type:ty),*| $(-> $Result:ty)? $body:block, ($($value:expr),* $(,)?)) => {{
        #[inline(never)]
        fn op($($arg: $Type),*) $(-> $Result)? $body
        $crate::measure::cost!(@call op as fn($($Type),*) $(-> $Result)?, ($($arg: $value),*))
    }};
    (@ || $body:block, ()) => {{
        #[inline(never)]
        fn op() $body
        $crate::measure::cost!(@call op as fn(), ())
    }};
    (@ extern $op:ident |$($arg:ident: $Type:ty),*| $(-> $Result:ty)?, ($($value:expr),*)) => {
        $crate::measure::cost!(@call $op as extern "C" fn($($Type),*) $(-> $Result)?, ($($arg: $value),*))
    };
    (@call $op:expr, ($($arg:ident: $value:expr),* $(,)?)) => {{
        let op = core::hint::black_box($op);
        $(let $arg = core::hint::black_box($value);)*
        $crate::measure::begin();
        let result = op($($arg),*);
        $crate::measure::end();
        core::hint::black_box(result)
    }};
}
pub(crate) use cost;
