// error[E0277]: never wakes a waiter that sleeps in
use indivisible::{latest::Latest, wait::thread::CurrentThread};

static LATEST: Latest<u32> = Latest::new();

fn main() {
    let _ = LATEST.reader().wait_newer(&CurrentThread::new());
}
