//! Every primitive compared with a sequential model on random sequences; and on threads, with exact
//! totals. A test that could wait for ever has a time limit.

mod formats;
mod id;
mod latest;
mod once;
mod once_as_std;
mod pool;
mod progress;
mod race;
mod sharded;
mod stats;
mod token;
mod wait;

use crate::{LIMIT, SHORT};
use integration_tests::race;
