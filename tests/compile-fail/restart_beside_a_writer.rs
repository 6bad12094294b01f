// error[E0502]
use indivisible::progress::SingleProgress;

fn main() {
    let mut progress = SingleProgress::new(3);
    let writer = progress.claim();
    progress.restart(3);
    drop(writer);
}
