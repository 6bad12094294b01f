// error[E0624]: function `after` is private
// The call would make an ID that no allocator has handed out.
use indivisible::id::Id;

fn forge<T: Id>(before: T::Raw) -> Option<T> {
    T::after(before)
}

fn main() {
    let _: Option<u32> = forge(7);
}
