// error[E0597]
use indivisible::once::OnceLock;

struct ReadsInDrop<'a>(&'a str);

impl Drop for ReadsInDrop<'_> {
    fn drop(&mut self) {
        println!("{}", self.0);
    }
}

fn main() {
    let cell = OnceLock::new();
    let text = String::from("shorter lived");
    let _ = cell.try_set(ReadsInDrop(&text));
}
