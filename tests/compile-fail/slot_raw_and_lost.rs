// error[unused_must_use]: does not return through `from_raw`
#![deny(unused_must_use)]
use indivisible::pool::FreeList;

static FREE: FreeList<4> = FreeList::new();

fn main() {
    if let Some(slot) = FREE.pop() {
        slot.into_raw();
    }
}
