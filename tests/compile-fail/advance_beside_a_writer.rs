// error[E0599]
use indivisible::{
    progress::{Progress, Single},
    wait::Polling,
};

static PROGRESS: Progress<Polling, Single> = Progress::single(3);

fn main() {
    PROGRESS.advance(1);
}
