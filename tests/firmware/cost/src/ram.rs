//! How large each object is.

use crate::measure::say;

macro_rules! sizes {
    ($($name:literal: $Type:ty;)*) => { $(
        say(concat!("ram\t", $name, "\t"));
        say_number(size_of::<$Type>());
    )* };
}

pub(crate) fn all() {
    use core::num::NonZero;
    use indivisible::{
        id::IdAllocator,
        latest::Latest,
        once::OnceLock,
        pool::{FreeList, Pool},
        progress::Progress,
        race::{OnceWord, RacyOnce},
        stats::{ShardedStats, Stats},
        stop::{StopFlag, StopSignal},
        wait::task::Wakers,
    };

    sizes! {
        "StopFlag": StopFlag;
        "StopSignal<NonZero<u8>>": StopSignal<NonZero<u8>>;
        "Progress": Progress;
        "Progress<Wakers<1>>": Progress<Wakers<1>>;
        "Progress<Wakers<4>>": Progress<Wakers<4>>;
        "RacyOnce<NonZero<u32>>": RacyOnce<NonZero<u32>>;
        "OnceWord<NonZero<u32>>": OnceWord<NonZero<u32>>;
        "OnceLock<u32>": OnceLock<u32>;
        "Latest<u32>": Latest<u32>;
        "Latest<[u32; 2]>": Latest<[u32; 2]>;
        "Latest<[u32; 4]>": Latest<[u32; 4]>;
        "Stats": Stats;
        "ShardedStats<1>": ShardedStats<1>;
        "ShardedStats<4>": ShardedStats<4>;
        "IdAllocator<u32>": IdAllocator<u32>;
        "IdAllocator<u8>": IdAllocator<u8>;
        "FreeList<8>": FreeList<8>;
        "Pool<u32, 8>": Pool<u32, 8>;
        "Pool<[u8; 64], 8>": Pool<[u8; 64], 8>;
    }
}

fn say_number(mut n: usize) {
    let mut digits = *b"\0\0\0\0\0\0\0\0\0\0\n";
    let mut at = digits.len() - 1;
    loop {
        at -= 1;
        digits[at] = b'0' + (n % 10) as u8;
        n /= 10;
        if n == 0 || at == 0 {
            break;
        }
    }
    if let Ok(text) = core::str::from_utf8(&digits[at..]) {
        say(text);
    }
}
