// error[E0502]
use indivisible::once::OnceLock;

fn main() {
    let mut cell = OnceLock::with_value(String::from("once"));
    let borrowed = cell.get();
    cell.take();
    drop(borrowed);
}
