// error[E0277]: never wakes a waiter
use indivisible::{progress::Progress, wait::thread::CurrentThread};

static PROGRESS: Progress = Progress::new(3);

fn main() {
    let _ = PROGRESS.wait_complete(&CurrentThread::new());
}
