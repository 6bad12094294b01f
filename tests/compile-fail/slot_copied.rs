// error[E0599]
use indivisible::pool::FreeList;

static FREE: FreeList<4> = FreeList::new();

fn main() {
    if let Some(slot) = FREE.pop() {
        let _ = (slot.clone(), slot);
    }
}
