// error[unused_must_use]: an unused slot is given back at once
#![deny(unused_must_use)]
use indivisible::pool::FreeList;

static FREE: FreeList<4> = FreeList::new();

fn main() {
    FREE.pop();
}
