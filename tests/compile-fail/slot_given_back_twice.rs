// error[E0382]
use indivisible::pool::FreeList;

static FREE: FreeList<4> = FreeList::new();

fn main() {
    if let Some(slot) = FREE.pop() {
        drop(slot);
        drop(slot);
    }
}
