// error[E0624]: waiters.began
// error[E0624]: waiters.ending
use indivisible::once::Waiters;

fn call<U: Waiters>(waiters: &U) {
    waiters.began();
    waiters.ending();
}

fn main() {}
