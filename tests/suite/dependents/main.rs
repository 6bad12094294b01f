//! Other projects: the build script on their targets, and packages that depend on the library.

mod projects;
mod targets;
