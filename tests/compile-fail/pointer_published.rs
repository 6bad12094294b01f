// error[E0277]: cannot be split into machine words
use indivisible::latest::Latest;

static LATEST: Latest<*const u32> = Latest::new();

fn main() {
    let _ = LATEST.read();
}
