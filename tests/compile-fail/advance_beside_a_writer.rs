// error[E0599]
use indivisible::progress::SingleProgress;

static PROGRESS: SingleProgress = SingleProgress::new(3);

fn main() {
    PROGRESS.advance(1);
}
