//! What a release offers: builds for every target, the examples, the packages, their documentation.

mod builds;
mod examples;
mod interloper;
mod package;
mod public_api;
