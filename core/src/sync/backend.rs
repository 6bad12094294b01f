//! How a word changes: by an instruction, or in a critical section. The target and the features choose one
//! of the two for all words.

#[cfg(native)]
mod native;
#[cfg(sections)]
mod section;

#[cfg(native)]
use native as chosen;
#[cfg(sections)]
use section as chosen;

#[cfg(sections)]
pub(super) use chosen::replace_where;
pub(crate) use chosen::together;
pub(super) use chosen::{cell, fetch};
