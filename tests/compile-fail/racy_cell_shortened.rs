// error[E0597]
use indivisible::race::RacyOnce;

static CELL: RacyOnce<&'static u32> = RacyOnce::new();

fn store<'a>(cell: &RacyOnce<&'a u32>, number: &'a u32) {
    cell.get_or_init(|| number);
}

fn main() {
    let number = 1;
    store(&CELL, &number);
}
