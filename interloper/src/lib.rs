//! Runs interrupt handlers at every instruction boundary of machine code, inside a test on the host.

#![forbid(unsafe_code)]

pub mod machine;
