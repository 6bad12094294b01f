//! A table that does not compile: its answer has no `Debug`.
//!
//! ```toml
//! [interloper]
//! targets = ["thumbv7m-none-eabi"]
//! ```

use interloper_table::object;

pub struct Opaque;

object! {
    unprintable: () = (),
    main fn take(unprintable) -> Opaque { Opaque },
    irq(1) fn nothing(unprintable) {},
}
