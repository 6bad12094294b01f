//! Exact statistics, of more and more shards.

use crate::measure::cost;
use indivisible::{
    latest::ContendedError,
    stats::{Recorder, RecordersExhaustedError, ShardedStats, Summary},
};

pub(super) fn all() {
    macro_rules! sharded {
        ($($n:literal)*) => { $( {
            type It = ShardedStats<$n>;
            static SHARDS: It = It::new();
            let recorder = cost!(2, concat!("ShardedStats<", $n, ">::claim"),
                |it: &'static It| -> Result<Recorder<'static>, RecordersExhaustedError> { it.claim() }, (&SHARDS));
            if let Ok(mut recorder) = recorder {
                recorder.record(5);
                cost!(1, concat!("Recorder::record, of ", $n),
                    |it: &mut Recorder<'static>, n: u32| { it.record(n); }, (&mut recorder, 1));
            }
            cost!(1, concat!("ShardedStats<", $n, ">::snapshot"),
                |it: &It| -> Summary { it.snapshot() }, (&SHARDS));
            cost!(1, concat!("ShardedStats<", $n, ">::try_snapshot"),
                |it: &It| -> Result<Summary, ContendedError> { it.try_snapshot() }, (&SHARDS)).ok();
        } )* };
    }
    sharded! { 1 2 4 8 }
}
