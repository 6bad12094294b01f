// error[E0382]
use indivisible::tagged::FreeList;

static FREE: FreeList<4> = FreeList::new();

fn main() {
    if let Some(index) = FREE.pop() {
        let _ = FREE.push(index);
        let _ = FREE.push(index);
    }
}
