//! Cells of one word.

use core::{hint::black_box, num::NonZero};
use indivisible::race::RacyOnce;

macro_rules! racy {
    ($($Value:ty, $value:expr;)*) => { $({
        let racy = RacyOnce::<$Value>::new();
        let racy = black_box(&racy);
        black_box(racy.get());
        black_box(racy.get_or_init(|| black_box($value)));
        _ = black_box(racy.get_or_try_init(|| black_box(Err($value))));
    })* };
}

#[inline(never)]
pub(crate) fn load_store() {
    racy! {
        bool, true;
        NonZero<u8>, NonZero::<u8>::MIN;
        NonZero<i16>, NonZero::<i16>::MIN;
        NonZero<u32>, NonZero::<u32>::MIN;
        NonZero<isize>, NonZero::<isize>::MIN;
        &'static u32, &7;
    }
}

#[cfg(back_end)]
macro_rules! once {
    ($($Value:ty, $value:expr;)*) => { $({
        let once = OnceWord::<$Value>::new();
        let once = black_box(&once);
        black_box(once.get());
        _ = black_box(once.set(black_box($value)));
        black_box(once.get_or_init(|| black_box($value)));
        _ = black_box(once.get_or_try_init(|| black_box(Err($value))));
    })* };
}

#[cfg(back_end)]
#[inline(never)]
pub(crate) fn read_modify_write() {
    use indivisible::race::OnceWord;

    once! {
        bool, true;
        NonZero<u8>, NonZero::<u8>::MIN;
        NonZero<i16>, NonZero::<i16>::MIN;
        NonZero<u32>, NonZero::<u32>::MIN;
        NonZero<isize>, NonZero::<isize>::MIN;
        &'static u32, &7;
    }
    indivisible::cfg_has_atomic_64! { once! { NonZero<u64>, NonZero::<u64>::MIN; } }
}
