//! The last value.

use core::{hint::black_box, num::NonZero};
use indivisible::{latest::Latest, wait::Polling};

indivisible::words! {
    #[derive(Debug)]
    struct Value { at: u64, state: Option<char>, id: NonZero<u8>, levels: [(u16, bool); 3] }
}

#[inline(never)]
pub(crate) fn load_store() {
    let mut latest = Latest::<Value, Polling, 4>::with_unparker(Polling);
    let (mut writer, shared) = black_box(&mut latest).split();
    writer.publish(black_box(value()));
    black_box((writer.last(), shared.read()));
    _ = black_box((shared.try_read(), shared.read_within(black_box(2))));
    black_box(Latest::new_with(black_box('x')).read());
    let mut reader = black_box(shared.reader());
    black_box((
        reader.is_behind(),
        reader.newer_and_missed(),
        reader.read_newer(),
    ));
    _ = black_box(reader.try_read_newer());
    black_box(reader.read());
    // Without an unparker, the wait would poll for ever.
    writer.publish(black_box(value()));
    _ = black_box(reader.wait_newer(&Polling));
}

fn value() -> Value {
    Value {
        at: 1,
        state: None,
        id: NonZero::<u8>::MIN,
        levels: [(3, true); 3],
    }
}

#[cfg(back_end)]
#[inline(never)]
pub(crate) fn read_modify_write() {
    use crate::wait::poll;
    use indivisible::{latest::WriterCell, wait::task::Wakers};

    let latest = Latest::<(u32, u8)>::new();
    let mut cell = WriterCell::new(black_box(&latest));
    if let Some(mut writer) = black_box(&mut cell).get_mut() {
        writer.publish(black_box((1, 2)));
    }
    if let Some(mut writer) = black_box(&cell).try_borrow() {
        writer.publish(black_box((3, 4)));
    }
    black_box(latest.claim().is_some());

    let awaited = const { Latest::<u32, Wakers<2>>::with_unparker(Wakers::new()) };
    let mut reader = black_box(&awaited).reader();
    black_box(poll(reader.changed()));
    if let Ok(mut waiter) = black_box(black_box(&awaited).waiter()) {
        black_box(poll(waiter.changed()));
        _ = black_box((waiter.read_newer(), waiter.try_read_newer()));
    }
    if let Some(mut writer) = awaited.claim() {
        writer.publish(black_box(1));
    }
}
