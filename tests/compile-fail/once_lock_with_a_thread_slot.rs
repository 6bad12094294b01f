// error[E0277]: `ThreadSlot` wakes no waiter of a `OnceLock`
use indivisible::{once::OnceLock, wait::thread::ThreadSlot};

static CELL: OnceLock<u32, ThreadSlot> = OnceLock::with_unparker(ThreadSlot::new());

fn main() {
    assert_eq!(CELL.get(), None);
}
