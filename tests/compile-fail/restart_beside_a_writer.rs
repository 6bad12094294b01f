// error[E0502]
use indivisible::progress::Progress;

fn main() {
    let mut progress = Progress::single(3);
    let writer = progress.claim();
    progress.restart(3);
    drop(writer);
}
