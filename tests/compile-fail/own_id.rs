// error[E0277]
#[derive(Clone, Copy)]
struct Own;

impl indivisible::id::Id for Own {
    type Raw = u32;
}

fn main() {}
