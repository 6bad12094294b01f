//! The handler publishes (2, 2) over (1, 1) while main reads the pair.

use core::sync::atomic::{AtomicU32, Ordering::{Acquire, Release}};
use indivisible::latest::{Latest, Writer};
use interloper_table::object;

mod words {
    use super::*;

    #[inline(always)]
    fn read(pair: &[AtomicU32; 2]) -> (u32, u32) {
        let first = pair[0].load(Acquire);
        let second = pair[1].load(Acquire);
        (first, second)
    }

    #[inline(always)]
    fn publish(pair: &[AtomicU32; 2], n: u32) {
        pair[0].store(n, Release);
        pair[1].store(n, Release);
    }

    object! {
        pair: [AtomicU32; 2] = [const { AtomicU32::new(1) }; 2],
        main fn main(pair) -> (u32, u32) { read(pair) },
        irq(1) fn handler(pair) { publish(pair, 2) },
        state |pair| read(pair),
    }
}

mod slots {
    use super::*;

    #[inline(always)]
    fn read(latest: &Latest<(u32, u32)>) -> (u32, u32) {
        latest.read().unwrap_or_default()
    }

    #[inline(always)]
    fn publish(writer: &mut Writer<'_, (u32, u32)>, n: u32) {
        writer.publish((n, n));
    }

    object! {
        latest: Latest<(u32, u32)> = Latest::new(),
        object reader: Option<&'static Latest<(u32, u32)>> = None,
        handle writer: Option<Writer<'static, (u32, u32)>> = None,
        reset |latest, reader, writer| {
            *latest = Latest::new();
            let (mut new, all) = latest.split();
            new.publish((1, 1));
            (*reader, *writer) = (Some(all), Some(new));
        },
        main fn main(latest) -> (u32, u32) { read(latest) },
        irq(1) fn handler(writer) { if let Some(it) = writer { publish(it, 2) } },
        state |latest| read(latest),
    }
}
