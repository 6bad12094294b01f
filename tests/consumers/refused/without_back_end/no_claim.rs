// error[E0599]: claim
#![no_std]
use indivisible::{
    progress::{Progress, Single},
    wait::Polling,
};

pub fn claim(progress: &Progress<Polling, Single>) -> bool {
    progress.claim().is_some()
}
