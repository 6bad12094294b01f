// error[E0603]: module `sync` is private
fn main() {
    indivisible::sync::shared::together(|_| ());
}
