// error[E0277]: cannot be shared between threads
use indivisible::once::OnceLock;

static CELL: OnceLock<std::cell::Cell<u32>> = OnceLock::new();

fn main() {
    CELL.get();
}
