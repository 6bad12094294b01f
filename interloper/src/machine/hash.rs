//! One hash for all of a state: the sum of a hash of each place and its value.
//!
//! The sum is incremental, a store subtracts the old term and adds the new one. A zero has the term
//! zero, so that clearing dead memory costs nothing more. The multipliers are those of
//! `splitmix64`.

/// The term of one place.
#[inline]
pub(super) fn mix(place: u32, value: u32) -> u64 {
    if value == 0 {
        return 0;
    }
    let x = (u64::from(place) << 32 | u64::from(value)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ (x >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x ^ (x >> 32)
}

/// Adds up the terms of consecutive places.
#[inline]
pub(super) fn sum(first: u32, values: impl IntoIterator<Item = u32>) -> u64 {
    (first..)
        .zip(values)
        .fold(0, |sum, (place, value)| sum.wrapping_add(mix(place, value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_values_both_matter() {
        assert_ne!(mix(0, 1), mix(1, 0));
        assert_ne!(mix(4, 1), mix(0, 1));
        assert_ne!(sum(0, [1, 2]), sum(0, [2, 1]));
        assert_eq!(sum(7, [0, 0]), 0);
    }
}
