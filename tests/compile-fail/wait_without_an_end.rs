// error[E0599]: wait
use indivisible::once::OnceLock;

static CELL: OnceLock<u32> = OnceLock::new();

fn main() {
    let _ = CELL.wait();
}
