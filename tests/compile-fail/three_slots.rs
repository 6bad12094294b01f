// error[E0080]: SLOTS is 2, 4, 8 or a higher power of two
use indivisible::{latest::Latest, wait::Polling};

static LATEST: Latest<u32, Polling, 3> = Latest::with_unparker(Polling);

fn main() {
    let _ = LATEST.read();
}
