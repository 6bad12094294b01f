//! What a release offers: builds for every target, the package, its documentation.

mod builds;
mod package;
