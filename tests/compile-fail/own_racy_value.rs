// error[E0277]
use indivisible::race::RacyValue;

#[derive(Clone, Copy)]
struct Own(u8);

impl RacyValue for Own {}

fn main() {}
