//! Every fetch-and-modify operation, by the other side and then by main on the same word.
//!
//! Each returns the old value, so main finds the value that the other side has left. Arithmetic wraps around.

use crate::{Party, Report};
use core::fmt;
use indivisible::{
    atomic::{
        AtomicBool, AtomicI8, AtomicU8, AtomicU32,
        Ordering::{self, Relaxed},
    },
    cfg_has_atomic_64,
};

/// The values that main's operation found and left.
#[derive(PartialEq)]
struct Change<V>(V, V);

impl<V: fmt::Display> fmt::Display for Change<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "found {}, left {}", self.0, self.1)
    }
}

struct Case<A, V> {
    name: &'static str,
    operation: fn(&A, V, Ordering) -> V,
    start: V,
    theirs: V,
    ours: V,
    expected: Change<V>,
}

macro_rules! cases {
    ($Atomic:ident: $($operation:ident $start:expr, $theirs:expr, $ours:expr => $found:expr, $left:expr;)*) => {
        [$( Case {
            name: concat!(stringify!($Atomic), "::", stringify!($operation)),
            operation: $Atomic::$operation,
            start: $start,
            theirs: $theirs,
            ours: $ours,
            expected: Change($found, $left),
        } ),*]
    };
}

pub(crate) fn run<P: Party>(party: &P, report: &mut Report<'_>) {
    // start, the other side's operand, main's => the value that main found, and the one that it left
    for case in cases! { AtomicU8:
        fetch_add 250, 4, 4 => 254, 2;
        fetch_sub 3, 2, 2 => 1, 255;
        fetch_or 0b0001, 0b0010, 0b0100 => 0b0011, 0b0111;
        fetch_and 0b1111, 0b0111, 0b1101 => 0b0111, 0b0101;
        fetch_nand 0b1111_1111, 0b1111_0000, 0b0000_0110 => 0b0000_1111, 0b1111_1001;
        fetch_xor 0b1010, 0b0110, 0b0101 => 0b1100, 0b1001;
        fetch_max 5, 9, 7 => 9, 9;
        fetch_min 5, 2, 3 => 2, 2;
        swap 1, 2, 3 => 2, 3;
    } {
        let seen = both(party, &case, AtomicU8::new, AtomicU8::load);
        report.check(case.name, seen, case.expected);
    }
    for case in cases! { AtomicI8:
        fetch_add 126, 1, 1 => 127, -128;
        fetch_sub -127, 1, 1 => -128, 127;
        fetch_max -5, -3, -4 => -3, -3;
        fetch_min -5, -7, 6 => -7, -7;
    } {
        let seen = both(party, &case, AtomicI8::new, AtomicI8::load);
        report.check(case.name, seen, case.expected);
    }
    for case in cases! { AtomicU32:
        fetch_add 4_294_967_294, 1, 1 => 4_294_967_295, 0;
        fetch_sub 1, 1, 1 => 0, 4_294_967_295;
    } {
        let seen = both(party, &case, AtomicU32::new, AtomicU32::load);
        report.check(case.name, seen, case.expected);
    }
    for case in cases! { AtomicBool:
        fetch_or false, true, false => true, true;
        fetch_and true, false, true => false, false;
        fetch_xor true, true, true => false, true;
        fetch_nand true, true, false => false, true;
        swap true, false, true => false, true;
    } {
        let seen = both(party, &case, AtomicBool::new, AtomicBool::load);
        report.check(case.name, seen, case.expected);
    }
    cfg_has_atomic_64! {
        use indivisible::atomic::AtomicU64;
        let [case] = cases! { AtomicU64: fetch_add u64::MAX - 1, 1, 1 => u64::MAX, 0; };
        let seen = both(party, &case, AtomicU64::new, AtomicU64::load);
        report.check_platform(seen == case.expected, format_args!("{}: {seen}", case.name));
    }
}

fn both<P: Party, A: Sync, V: Copy + Sync>(
    party: &P,
    case: &Case<A, V>,
    new: fn(V) -> A,
    load: fn(&A, Ordering) -> V,
) -> Change<V> {
    let Case {
        operation,
        theirs,
        ours,
        ..
    } = *case;
    let word = new(case.start);
    party.step(&|| {
        operation(&word, theirs, Relaxed);
    });
    let found = operation(&word, ours, Relaxed);
    Change(found, load(&word, Relaxed))
}
