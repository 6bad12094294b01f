// error[E0277]
struct Own;

impl indivisible::id::Id for Own {}

fn main() {}
