//! The examples of *Rust Atomics and Locks*, chapter 2: each as an operation of `main` and one of a handler.
//!
//! A module has the versions of one example, an object each. The page shows the functions outside `object!`; the
//! table in `src/catalog.rs` names them.
//!
//! ```toml
//! [interloper]
//! targets = ["thumbv6m-none-eabi", "thumbv7m-none-eabi"]
//!
//! [dependencies]
//! indivisible = { path = "../../core", features = ["cortex-m", "critical-section"] }
//! ```

mod aba;
mod aba_twice;
mod assert_id;
mod increment;
mod key;
mod last_id;
mod latest;
mod lazy;
mod once;
mod peak;
mod progress;
mod reason;
mod shards;
mod sleep;
mod statistics;
mod stop;
mod update;

use core::fmt;

/// An answer whose text is this.
pub struct Says(pub &'static str);

impl fmt::Debug for Says {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// The free indices, in the order in which they are popped.
pub struct Free<const N: usize>(pub [Option<usize>; N]);

impl<const N: usize> fmt::Debug for Free<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("free:")?;
        for (place, index) in self.0.iter().flatten().enumerate() {
            write!(f, "{} {index}", if place == 0 { "" } else { "," })?;
        }
        Ok(())
    }
}

/// Count and total, with their mean.
pub struct Mean {
    pub count: u32,
    pub total: u32,
}

impl fmt::Debug for Mean {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { count, total } = self;
        match total.checked_div(*count) {
            Some(mean) => write!(f, "{total} / {count} = {mean}"),
            None => write!(f, "{total} / {count}"),
        }
    }
}
