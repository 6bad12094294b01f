//! The sides of every contest on one thread, for Criterion's reports.

use core::{hint::black_box, sync::atomic::AtomicUsize, time::Duration};
use std::time::Instant;

use benchmarks::{
    contest::Contest,
    contests,
    side::{Run, Side},
};
use criterion::{
    BenchmarkGroup, Criterion, criterion_group, criterion_main, measurement::WallTime,
};

fn side(group: &mut BenchmarkGroup<'_, WallTime>, side: &Side) {
    group.bench_function(side.name, |bencher| {
        bencher.iter_custom(|ops| time(side, ops));
    });
}

fn time(side: &Side, ops: u64) -> Duration {
    let object = side.make(1);
    let run = Run {
        thread: 0,
        threads: 1,
        ops,
        finished: &AtomicUsize::new(0),
    };
    let start = Instant::now();
    black_box(object.work(&run));
    start.elapsed()
}

fn contest(criterion: &mut Criterion, contest: &Contest) {
    let mut group = criterion.benchmark_group(contest.name);
    side(&mut group, &contest.ours);
    for rival in &contest.rivals {
        side(&mut group, &rival.side);
    }
    group.finish();
}

fn contests(criterion: &mut Criterion) {
    for it in contests::timed()
        .iter()
        .filter(|it| it.threads.contains(&1))
    {
        contest(criterion, it);
    }
}

criterion_group! {
    name = people;
    config = Criterion::default().warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1)).sample_size(30);
    targets = contests
}
criterion_main!(people);
