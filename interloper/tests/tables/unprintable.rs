//! A table that does not compile, because of its types.
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

object! {
    left: () = (),
    main irq(1) fn nothing(left) {},
    state |left| Opaque,
}

object! {
    counted: () = (),
    main irq(1) fn nothing(counted) {},
    always |counted| 1_u32, "a number is no condition",
}
