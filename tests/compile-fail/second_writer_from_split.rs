// error[E0499]
use indivisible::progress::SingleProgress;

fn main() {
    let mut progress = SingleProgress::new(3);
    let (mut one, _) = progress.split();
    let (mut other, _) = progress.split();
    one.set_done(1);
    other.set_done(2);
}
