//! A table that does not compile, because of its clauses.
//!
//! ```toml
//! [interloper]
//! targets = ["thumbv7m-none-eabi"]
//! ```

use interloper_table::object;

object! {
    untyped = (),
    main irq(1) fn nothing(untyped) {},
}

object! {
    word: () = (),
    main fn nothing(word) {},
    handler(1) fn handle(word) {},
}

object! {
    priority: () = (),
    main fn nothing(priority) {},
    irq fn handle(priority) {},
}

object! {
    parameter: () = (),
    main irq(1) fn nothing(parameter: &()) {},
}

object! {
    comma: () = (),
    main fn nothing(comma) {}
    irq(1) fn handle(comma) {},
}

object! {
    roleless: u32 = 0,
    fn load(roleless) -> u32 { *roleless },
}
