//! Why a cell has no value, or keeps another.

use core::fmt;

/// An initialiser of the same cell is running.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Initializing;

impl fmt::Display for Initializing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value is being made")
    }
}

impl core::error::Error for Initializing {}

/// Why a value was not set; it comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum SetError<T> {
    /// There is a value already.
    AlreadySet(T),
    /// An initialiser is running.
    Initializing(T),
}

impl<T> SetError<T> {
    /// The value that was not set.
    pub fn into_inner(self) -> T {
        match self {
            Self::AlreadySet(value) | Self::Initializing(value) => value,
        }
    }
}

impl<T> fmt::Display for SetError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AlreadySet(_) => f.write_str("the value is set already"),
            Self::Initializing(_) => Initializing.fmt(f),
        }
    }
}

impl<T: fmt::Debug> core::error::Error for SetError<T> {}

/// Why there is no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum TryInitError<E> {
    /// The initialiser failed.
    Failed(E),
    /// Another initialiser is running.
    Initializing,
}

impl<E: fmt::Display> fmt::Display for TryInitError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(error) => error.fmt(f),
            Self::Initializing => Initializing.fmt(f),
        }
    }
}

impl<E: core::error::Error> core::error::Error for TryInitError<E> {}
