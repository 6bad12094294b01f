//! The library's own operations, a module for each of its modules.

mod atomic;
mod baseline;
mod id;
mod latest;
mod once;
mod pool;
mod progress;
mod race;
mod sharded;
mod stats;
mod stop;
mod update;

pub(crate) fn all() {
    baseline::all();
    atomic::all();
    update::all();
    stop::all();
    progress::all();
    race::all();
    once::all();
    latest::all();
    sharded::all();
    stats::all();
    id::all();
    pool::all();
}
