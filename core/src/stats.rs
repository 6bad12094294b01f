//! Running statistics: count, total, extremes.
//!
//! | | [`Stats`] | [`ShardedStats`] |
//! |---|---|---|
//! | recorded by | any context, by a shared reference | one context for each [`Recorder`] |
//! | needs | read-modify-write | load and store |
//! | a snapshot | may have half of a record | has each record wholly or not at all |
//! | keeps | count, total, maximum | the same and the minimum |
//! | total | wraps at the width of its word | 64 bits, saturates |
//! | of a time | [`Stats::take`] | the [`Window`] between two snapshots ([`Summary::since`]) |

mod relaxed;
mod sharded;
mod summary;

pub use relaxed::Stats;
pub use sharded::{Recorder, RecordersExhaustedError, ShardedStats};
pub use summary::{Summary, Window};
