// error[E0599]: advance
#![no_std]
use indivisible::progress::Progress;

pub fn advance(progress: &Progress) {
    progress.advance(1);
}
