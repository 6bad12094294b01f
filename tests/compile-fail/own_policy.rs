// error[E0277]
struct Own;

impl indivisible::id::Limited for Own {}

fn main() {}
