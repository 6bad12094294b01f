//! Every type: main stores a value, the other side loads it and stores the next, main loads that.

use crate::{Party, Report};
use core::ptr;
use indivisible::{
    atomic::{
        AtomicBool, AtomicI8, AtomicI16, AtomicI32, AtomicIsize, AtomicPtr, AtomicU8, AtomicU16,
        AtomicU32, AtomicUsize, Ordering::Relaxed,
    },
    cfg_has_atomic_64,
};

/// The value that main loads after it has stored `$ours` and the other side has stored `$next` of that.
macro_rules! answer {
    ($party:ident, $Atomic:ident, $ours:expr, $next:expr) => {{
        let word = $Atomic::new(Default::default());
        word.store($ours, Relaxed);
        $party.step(&|| word.store($next(word.load(Relaxed)), Relaxed));
        word.load(Relaxed)
    }};
}

pub(crate) fn run<P: Party>(party: &P, report: &mut Report<'_>) {
    macro_rules! integers {
        ($($Atomic:ident, $ours:expr, $expected:expr;)*) => { $(
            let seen = answer!(party, $Atomic, $ours, |loaded| loaded + 1);
            report.check(concat!(stringify!($Atomic), " after the other side's store"), seen, $expected);
        )* };
    }
    integers! {
        AtomicU8, 254, 255;
        AtomicU16, 65_534, 65_535;
        AtomicU32, 4_294_967_294, 4_294_967_295;
        AtomicUsize, 65_534, 65_535;
        AtomicI8, -128, -127;
        AtomicI16, -32_768, -32_767;
        AtomicI32, -2_147_483_648, -2_147_483_647;
        AtomicIsize, -32_768, -32_767;
    }
    let seen = answer!(party, AtomicBool, true, |loaded: bool| !loaded);
    report.check("AtomicBool after the other side's store", seen, false);
    pointer(party, report);
    on_this_board(party, report);
}

fn pointer<P: Party>(party: &P, report: &mut Report<'_>) {
    let places = [1, 2];
    let [first, second] = &places;
    let word = AtomicPtr::<u32>::new(ptr::null_mut());
    word.store(ptr::from_ref(first).cast_mut(), Relaxed);
    party.step(&|| {
        if ptr::eq(word.load(Relaxed), first) {
            word.store(ptr::from_ref(second).cast_mut(), Relaxed);
        }
    });
    let moved = ptr::eq(word.load(Relaxed), second);
    report.check(
        "AtomicPtr points where the other side has moved it",
        moved,
        true,
    );
}

/// Loads and stores are single instructions on every target; read-modify-write is not.
fn on_this_board<P: Party>(party: &P, report: &mut Report<'_>) {
    let largest = answer!(party, AtomicUsize, usize::MAX - 1, |loaded| loaded + 1);
    report.check_platform(
        largest == usize::MAX,
        format_args!(
            "AtomicUsize, {} bits, after a store: {largest}",
            usize::BITS
        ),
    );
    macro_rules! lock_free {
        ($($Atomic:ident)*) => { $(
            let answer = $Atomic::is_lock_free();
            report.platform(format_args!("{} is lock-free: {answer}", stringify!($Atomic)));
        )* };
    }
    lock_free! { AtomicBool AtomicU8 AtomicU16 AtomicU32 AtomicUsize }
    report.platform(format_args!(
        "AtomicPtr is lock-free: {}",
        AtomicPtr::<u32>::is_lock_free()
    ));
    cfg_has_atomic_64! {
        use indivisible::atomic::{AtomicI64, AtomicU64};
        lock_free! { AtomicU64 }
        let unsigned = answer!(party, AtomicU64, u64::MAX - 1, |loaded| loaded + 1);
        let signed = answer!(party, AtomicI64, i64::MIN, |loaded| loaded + 1);
        report.check_platform(
            unsigned == u64::MAX && signed == i64::MIN + 1,
            format_args!("64-bit words stored: {unsigned} and {signed}"),
        );
    }
}
