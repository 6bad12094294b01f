//! What the field writes today, with the same back end.

use crate::measure::cost;
use core::cell::Cell;
use embassy_sync::{
    blocking_mutex::{Mutex, raw::CriticalSectionRawMutex},
    once_lock::OnceLock,
};
use portable_atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};

type Embassy = Mutex<CriticalSectionRawMutex, Cell<u32>>;
type Masked = critical_section::Mutex<Cell<u32>>;
type Once = OnceLock<u32>;
type Three = [AtomicU32; 3];

pub(crate) fn all() {
    words();
    composed();
    cells();
}

fn words() {
    static FLAG: AtomicBool = AtomicBool::new(false);
    static WORD: AtomicU32 = AtomicU32::new(0);
    cost!(by "portable-atomic", for "StopFlag::stop_requested", "load of a bool",
        |flag: &AtomicBool| -> bool { flag.load(Relaxed) }, (&FLAG));
    cost!(by "portable-atomic", for "StopFlag::request_stop", "store of a bool",
        |flag: &AtomicBool| { flag.store(true, Relaxed); }, (&FLAG));
    cost!(by "portable-atomic", for "AtomicU32::load", "load",
        |word: &AtomicU32| -> u32 { word.load(Relaxed) }, (&WORD));
    cost!(by "portable-atomic", for "AtomicU32::fetch_add", "fetch_add",
        |word: &AtomicU32, n: u32| -> u32 { word.fetch_add(n, Relaxed) }, (&WORD, 1));
    cost!(by "portable-atomic", for "AtomicU32::compare_exchange", "compare_exchange",
        |word: &AtomicU32, old: u32, new: u32| -> Result<u32, u32> {
            word.compare_exchange(old, new, Relaxed, Relaxed)
        }, (&WORD, 1, 2))
    .ok();
    cost!(by "portable-atomic", for "atomic::raise_to, not larger", "fetch_max, not larger",
        |word: &AtomicU32, n: u32| -> u32 { word.fetch_max(n, Relaxed) }, (&WORD, 1));
}

fn composed() {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    static STATS: Three = [const { AtomicU32::new(5) }; 3];
    cost!(by "portable-atomic", for "IdAllocator<_, Checked>::allocate", "fetch_update, bounded ID",
        |next: &AtomicU32, limit: u32| -> Option<u32> {
            next.fetch_update(Relaxed, Relaxed, |n| (n < limit).then(|| n + 1)).ok()
        }, (&NEXT, 10));
    cost!(by "portable-atomic", for "Stats::record", "three read-modify-writes",
        |stats: &Three, value: u32| {
            stats[0].fetch_add(1, Relaxed);
            stats[1].fetch_add(value, Relaxed);
            stats[2].fetch_max(value, Relaxed);
        }, (&STATS, 3));
}

fn cells() {
    static EMBASSY: Embassy = Embassy::new(Cell::new(0));
    static MASKED: Masked = Masked::new(Cell::new(0));
    static ONCE: Once = Once::new();
    cost!(by "embassy-sync", for "AtomicU32::fetch_add", "Mutex<Cell<u32>>, add",
        |cell: &Embassy, n: u32| -> u32 { cell.lock(|cell| cell.replace(cell.get() + n)) }, (&EMBASSY, 1));
    cost!(by "critical-section", for "AtomicU32::fetch_add", "Mutex<Cell<u32>>, add",
        |cell: &Masked, n: u32| -> u32 {
            critical_section::with(|section| {
                let cell = cell.borrow(section);
                cell.replace(cell.get() + n)
            })
        }, (&MASKED, 1));
    if ONCE.init(1).is_ok() {
        cost!(by "embassy-sync", for "OnceLock::get", "OnceLock::try_get",
            |once: &'static Once| -> Option<&'static u32> { once.try_get() }, (&ONCE));
    }
}
