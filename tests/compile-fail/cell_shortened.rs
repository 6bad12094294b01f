// error[E0597]
use indivisible::once::OnceLock;

static CELL: OnceLock<&'static str> = OnceLock::new();

fn store<'a>(cell: &OnceLock<&'a str>, text: &'a str) {
    let _ = cell.try_set(text);
}

fn main() {
    let text = String::from("shorter lived");
    store(&CELL, &text);
}
