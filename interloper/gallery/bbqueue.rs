//! bbqueue 0.7.0, with sections and with atomics.
//!
//! ```toml
//! [interloper]
//! targets = ["thumbv7m-none-eabi"]
//!
//! [dependencies]
//! bbqueue = { version = "=0.7.0", default-features = false, features = ["critical-section", "disable-cache-padding"] }
//! ```

use bbqueue::nicknames::{Churrasco, Jerk};
use interloper_table::object;

macro_rules! stream {
    ($name:ident, $type:ty) => {
        object! {
            $name: $type = <$type>::new(),
            reset empty |$name| *$name = <$type>::new(),
            reset half |$name| {
                *$name = <$type>::new();
                if let Ok(mut grant) = $name.stream_producer().grant_exact(2) {
                    grant[..2].copy_from_slice(&[5, 6]);
                    grant.commit(2);
                }
            },
            main irq(1) fn write($name) -> bool {
                match $name.stream_producer().grant_exact(2) {
                    Ok(mut grant) => { grant[..2].copy_from_slice(&[1, 2]); grant.commit(2); true }
                    Err(_) => false,
                }
            },
            main irq(1) fn read($name) -> Option<u8> {
                let grant = $name.stream_consumer().read().ok()?;
                let first = grant[0];
                grant.release(1);
                Some(first)
            },
            state |$name| core::array::from_fn::<_, 4, _>(|_| {
                let grant = $name.stream_consumer().read().ok()?;
                let first = grant[0];
                grant.release(1);
                Some(first)
            }),
            known [write, write], "one producer only: a second grant is refused until the first is committed",
            known [read, read], "one consumer only: a second grant is refused until the first is released",
        }
    };
}

stream!(sections, Jerk<4>);
stream!(atomics, Churrasco<4>);
