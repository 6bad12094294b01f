// error[E0277]: cannot be shared between threads
use indivisible::sharded::ShardedStats;

static STATS: ShardedStats<1> = ShardedStats::new();

fn main() {
    if let Ok(recorder) = STATS.claim() {
        std::thread::scope(|threads| {
            threads.spawn(|| _ = &recorder);
        });
    }
}
