//! static_cell 2.1.1, once_cell 1.21.4, spin 0.12.3: values that are initialized once.
//!
//! ```toml
//! [interloper]
//! targets = ["thumbv7m-none-eabi"]
//!
//! [dependencies]
//! static_cell = "=2.1.1"
//! once_cell = { version = "=1.21.4", default-features = false, features = ["critical-section", "race"] }
//! spin = { version = "=0.12.3", default-features = false, features = ["once", "mutex", "spin_mutex"] }
//! ```

use core::num::NonZeroUsize;
use interloper_table::object;
use once_cell::{race::OnceNonZeroUsize, sync::OnceCell};
use static_cell::StaticCell;

object! {
    static_once: StaticCell<u32> = StaticCell::new(),
    reset |static_once| *static_once = StaticCell::new(),
    main irq(1) fn init(static_once) -> Option<u32> { static_once.try_init(7).copied() },
}

object! {
    race_cell: OnceNonZeroUsize = OnceNonZeroUsize::new(),
    reset |race_cell| *race_cell = OnceNonZeroUsize::new(),
    main fn init_one(race_cell) -> usize { race_cell.get_or_init(|| NonZeroUsize::MIN).get() },
    irq(1) fn init_max(race_cell) -> usize { race_cell.get_or_init(|| NonZeroUsize::MAX).get() },
    irq(1) fn get(race_cell) -> Option<NonZeroUsize> { race_cell.get() },
    state |race_cell| race_cell.get(),
}

object! {
    sync_cell: OnceCell<[u32; 2]> = OnceCell::new(),
    reset |sync_cell| *sync_cell = OnceCell::new(),
    main irq(1) fn get(sync_cell) -> Option<&'static [u32; 2]> { sync_cell.get() },
    main fn init(sync_cell) -> &'static [u32; 2] { sync_cell.get_or_init(|| [1, 2]) },
    irq(1) fn set(sync_cell) -> bool { sync_cell.set([3, 4]).is_ok() },
    state |sync_cell| sync_cell.get(),
}

object! {
    spin_once: spin::Once<[u32; 2]> = spin::Once::new(),
    reset |spin_once| *spin_once = spin::Once::new(),
    main irq(1) fn get(spin_once) -> Option<&'static [u32; 2]> { spin_once.get() },
    main irq(1) fn call_once(spin_once) -> &'static [u32; 2] { spin_once.call_once(|| [1, 2]) },
    state |spin_once| spin_once.get(),
    known [call_once, call_once], "documented: `call_once` spins while another context initializes",
}

object! {
    spin_mutex: spin::Mutex<u32> = spin::Mutex::new(0),
    reset |spin_mutex| *spin_mutex = spin::Mutex::new(0),
    main irq(1) fn add(spin_mutex) { *spin_mutex.lock() += 1 },
    irq(1) fn try_add(spin_mutex) -> bool { spin_mutex.try_lock().map(|mut it| *it += 2).is_some() }
        extra false in [add],
    state |spin_mutex| *spin_mutex.lock(),
    known [add, add], "a spin lock must not be shared with an interrupt handler",
}
