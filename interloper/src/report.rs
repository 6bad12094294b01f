//! The result of a test: a record, and texts made of it.
//!
//! ```text
//!  Checked ──describe──► Record ──┬─text──► the message of a failed test
//!                                 ├─annotation──► a line for GitHub Actions
//!                                 └─serde──► JSON
//! ```

mod describe;
mod expression;
mod path;
pub mod record;
mod text;

pub(crate) use describe::{answered, describe, frames};
pub use expression::expression;
pub(crate) use path::{decode, encode, split};
pub use text::{Style, error};
pub(crate) use text::{annotation, is_shown, listing, message, outcome, shown};
