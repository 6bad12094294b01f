// error[E0277]: cannot be shared between threads
use indivisible::race::RacyOnce;

static TABLE: RacyOnce<&'static std::cell::Cell<u32>> = RacyOnce::new();

fn main() {
    TABLE.get();
}
