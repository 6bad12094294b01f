// error[E0599]
use indivisible::progress::Progress;

static PROGRESS: Progress = Progress::new(3);

fn main() {
    PROGRESS.advance(1);
    if let Some(mut writer) = PROGRESS.claim() {
        writer.set_done(2);
    }
}
