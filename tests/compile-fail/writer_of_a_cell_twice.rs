// error[E0499]
use indivisible::latest::{Latest, WriterCell};

fn main() {
    let latest = Latest::<u32>::new();
    let mut cell = WriterCell::new(&latest);
    let (one, other) = (cell.get_mut(), cell.get_mut());
    let _ = (one.unwrap().last(), other.unwrap().last());
}
