//! `SingleProgress`: one writer, and readers of what is done and what remains.

use indivisible::progress::{MAX_TOTAL, SingleProgress, Writer};
use interloper_table::object;

object! {
    single: SingleProgress = SingleProgress::new(MAX_TOTAL),
    object reader: Option<&'static SingleProgress> = None,
    handle writer: Option<Writer<'static>> = None,
    reset |single, reader, writer| {
        let (one, all) = single.split();
        (*writer, *reader) = (Some(one), Some(all));
    },
    main core irq(1) fn set_done(writer) { if let Some(it) = writer { it.set_done(3) } },
    main core irq(1) fn advance(writer) { if let Some(it) = writer { it.advance(2) } },
    main core irq(1) fn done(reader) -> Option<usize> { Some(reader.as_ref()?.done()) },
    main core irq(1) fn remaining(reader) -> Option<usize> { Some(MAX_TOTAL - reader.as_ref()?.remaining()) },
    main fn set_done_in_steps(writer) {
        if let Some(it) = writer { it.set_done(1); it.set_done(3) }
    } wrong for set_done, caught by [done],
    main fn advance_in_steps(writer) {
        if let Some(it) = writer { it.advance(1); it.advance(1) }
    } wrong for advance, caught by [remaining],
    // Mixes two loads.
    main fn done_on_average(reader) -> Option<usize> {
        let it = reader.as_ref()?;
        Some((it.done() + it.done()) / 2)
    } wrong for done, caught by [advance],
    main fn remaining_on_average(reader) -> Option<usize> {
        let it = reader.as_ref()?;
        Some(MAX_TOTAL - (it.remaining() + it.remaining()) / 2)
    } wrong for remaining, caught by [advance],
    state |reader| reader.map(SingleProgress::done),
}
