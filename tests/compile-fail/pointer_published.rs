// error[E0277]: does not say how it travels as machine words
use indivisible::latest::Latest;

static LATEST: Latest<*const u32> = Latest::new();

fn main() {
    LATEST.read();
}
