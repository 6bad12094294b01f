//! Keys that differ from run to run.

use core::{hash::BuildHasher, num::NonZero};
use std::hash::RandomState;

/// A random key. It distinguishes runs, and is no secret.
pub(crate) fn random_key() -> NonZero<u32> {
    let [a, b, c, d, ..] = RandomState::new().hash_one(()).to_ne_bytes();
    NonZero::new(u32::from_ne_bytes([a, b, c, d])).unwrap_or(NonZero::<u32>::MIN)
}
