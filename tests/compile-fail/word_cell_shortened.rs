// error[E0597]
use indivisible::race::OnceWord;

static CELL: OnceWord<&'static u32> = OnceWord::new();

fn store<'a>(cell: &OnceWord<&'a u32>, number: &'a u32) {
    let _ = cell.set(number);
}

fn main() {
    let number = 1;
    store(&CELL, &number);
}
