// error[E0599]: claim
#![no_std]
use indivisible::progress::SingleProgress;

pub fn claim(progress: &SingleProgress) -> bool {
    progress.claim().is_some()
}
