//! The parties of the host: threads, or an absent other side.
//!
//! The binary is the demo; this half exists for the integration tests, which run the same scenarios.

pub mod party;
