// error[E0499]
use indivisible::stats::ShardedStats;

fn main() {
    let mut stats = ShardedStats::<1>::new();
    let ([mut one], _) = stats.split();
    let ([mut other], _) = stats.split();
    one.record(1);
    other.record(2);
}
