//! One call between two marks.
//!
//! The host takes for the operation whatever is executed after [`begin`] outside the function that called
//! it, until that function goes on; nothing else may be called before [`end`]. So the operation is called
//! through a pointer that is opaque to the compiler, and its arguments are made before.

use core::hint::black_box;

/// Writes to the host.
pub(crate) fn say(text: &str) {
    told(text.as_ptr(), text.len());
}

/// The host reads the text when this function is entered.
// SAFETY: no other function has this name.
#[allow(unsafe_code, reason = "the host finds it by its name")]
#[unsafe(no_mangle)]
#[inline(never)]
extern "C" fn told(start: *const u8, length: usize) {
    black_box((start, length));
}

/// The host finds it by its name.
#[inline(never)]
pub(crate) fn begin() {
    black_box("begin");
}

/// The host finds it by its name.
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
/// The number is the tier. In place of it a reference has `by "crate", for "Operation::name"`.
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
