//! What a release offers: builds for every target, the examples, the package, its documentation.

mod builds;
mod examples;
mod package;
mod public_api;
