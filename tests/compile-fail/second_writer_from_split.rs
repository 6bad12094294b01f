// error[E0499]
use indivisible::progress::Progress;

fn main() {
    let mut progress = Progress::single(3);
    let (mut one, _) = progress.split();
    let (mut other, _) = progress.split();
    one.set_done(1);
    other.set_done(2);
}
