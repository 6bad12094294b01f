//! The parties of the host: threads, and nobody.
//!
//! The binary is the demo; this half exists for the integration tests, which run the same scenarios.

pub mod party;
