// error[E0277]: cannot be shared between threads
use indivisible::race::RacyLazy;

static TABLE: RacyLazy<&'static std::cell::Cell<u32>> = RacyLazy::new();

fn main() {
    TABLE.get();
}
