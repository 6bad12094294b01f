//! `RacyOnce`, and `OnceWord` where there is read-modify-write.

use core::num::NonZero;
use indivisible::race::RacyOnce;
use interloper_table::object;

const VALUE: NonZero<u32> = NonZero::new(42).unwrap();

object! {
    racy: RacyOnce<NonZero<u32>> = RacyOnce::new(),
    reset empty |racy| *racy = RacyOnce::new(),
    reset full |racy| { *racy = RacyOnce::new(); racy.get_or_init(|| VALUE); },
    main core irq(1) fn get(racy) -> Option<NonZero<u32>> { racy.get() },
    main core irq(1) fn get_or_init(racy) -> NonZero<u32> { racy.get_or_init(|| VALUE) },
    state |racy| racy.get(),
}

#[cfg(feature = "changes")]
const ONE: NonZero<u32> = NonZero::new(1).unwrap();
#[cfg(feature = "changes")]
const TWO: NonZero<u32> = NonZero::new(2).unwrap();
#[cfg(feature = "changes")]
type OnceWord = indivisible::race::OnceWord<NonZero<u32>>;

/// The value that was there before.
#[cfg(feature = "changes")]
#[inline(always)]
fn set(word: &OnceWord, value: NonZero<u32>) -> Option<NonZero<u32>> {
    word.set(value).err().map(|refused| refused.current)
}

#[cfg(feature = "changes")]
object! {
    once: OnceWord = OnceWord::new(),
    reset empty |once| *once = OnceWord::new(),
    reset full |once| { *once = OnceWord::new(); set(once, NonZero::<u32>::MAX); },
    main core irq(1, 2) fn get(once) -> Option<NonZero<u32>> { once.get() },
    main fn set(once) -> Option<NonZero<u32>> { set(once, ONE) },
    core irq(1, 2) fn set_two(once) -> Option<NonZero<u32>> { set(once, TWO) },
    main fn get_or_init(once) -> NonZero<u32> { once.get_or_init(|| ONE) },
    core irq(1, 2) fn get_or_init_two(once) -> NonZero<u32> { once.get_or_init(|| TWO) },
    main fn set_without_looking(once) -> Option<NonZero<u32>> {
        let current = once.get();
        if current.is_none() { set(once, ONE); }
        current
    } wrong for set, caught by [set_two],
    main fn get_or_init_without_looking(once) -> NonZero<u32> {
        if let Some(current) = once.get() { return current }
        set(once, ONE);
        ONE
    } wrong for get_or_init, caught by [set_two],
    state |once| once.get(),
}
