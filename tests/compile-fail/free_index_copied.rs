// error[E0599]
use indivisible::tagged::FreeList;

static FREE: FreeList<4> = FreeList::new();

fn main() {
    if let Some(index) = FREE.pop() {
        let _ = FREE.push(index.clone());
        let _ = FREE.push(index);
    }
}
