//! Errors of a cell: why there is no value, and why one was not stored.
//!
//! | | of the forms that do not wait | of the threads' forms that wait |
//! |---|---|---|
//! | `get_or_init` | [`InitializingError`] | [`ReentrantError`] |
//! | `get_or_try_init` | [`TryInitError`] | [`InitError`] |
//! | `set` | [`TrySetError`] | [`SetError`] |

use core::{error::Error, fmt};

/// The initializer of another call is running.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct InitializingError;

impl fmt::Display for InitializingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the value is being initialized by another call")
    }
}

impl Error for InitializingError {}

/// The initializer of this very cell, on this thread, asked for the value that it computes.
#[cfg(threads)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ReentrantError;

#[cfg(threads)]
impl fmt::Display for ReentrantError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the initializer asked for the value that it computes")
    }
}

#[cfg(threads)]
impl Error for ReentrantError {}

/// Defines an error of initializing, and one of setting, that occur where the initializer of a call cannot
/// run, for the reason that `$Reason` is.
macro_rules! define_errors {
    (
        $(#[$meta:meta])*
        $Reason:ident as $variant:ident: $reason:literal;
        $Init:ident, $Set:ident
    ) => {
        /// Why there is no value.
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        pub enum $Init<E> {
            /// The initializer failed, with this error.
            Failed(E),
            #[doc = $reason]
            $variant,
        }

        $(#[$meta])*
        impl<E> From<$Reason> for $Init<E> {
            fn from($Reason: $Reason) -> Self {
                Self::$variant
            }
        }

        $(#[$meta])*
        impl<E> fmt::Display for $Init<E> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    Self::Failed(_) => f.write_str("the initializer failed"),
                    Self::$variant => $Reason.fmt(f),
                }
            }
        }

        $(#[$meta])*
        impl<E: Error + 'static> Error for $Init<E> {
            fn source(&self) -> Option<&(dyn Error + 'static)> {
                match self {
                    Self::Failed(error) => Some(error),
                    Self::$variant => None,
                }
            }
        }

        /// Why a value was not stored, with that value.
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        pub enum $Set<T> {
            /// The cell holds a value.
            AlreadySet(T),
            #[doc = $reason]
            $variant(T),
        }

        $(#[$meta])*
        impl<T> $Set<T> {
            /// The value that was not stored.
            pub fn into_inner(self) -> T {
                match self {
                    Self::AlreadySet(value) | Self::$variant(value) => value,
                }
            }
        }

        $(#[$meta])*
        impl<T> fmt::Display for $Set<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    Self::AlreadySet(_) => f.write_str("the value has already been set"),
                    Self::$variant(_) => $Reason.fmt(f),
                }
            }
        }

        $(#[$meta])*
        impl<T: fmt::Debug> Error for $Set<T> {}
    };
}

define_errors! {
    InitializingError as Initializing: "The initializer of another call is running.";
    TryInitError, TrySetError
}
define_errors! {
    #[cfg(threads)]
    ReentrantError as Reentrant: "The call comes from inside the cell's own initializer.";
    InitError, SetError
}
