//! What a back end is made of: the hardware, or a checker that stands for it.

#[cfg(indivisible_explore)]
pub(crate) mod explorer;
#[cfg(not(modelled))]
pub(super) mod hardware;
#[cfg(indivisible_loom)]
pub(super) mod loom;

#[cfg(indivisible_explore)]
pub(super) use explorer as base;
#[cfg(not(modelled))]
pub(super) use hardware as base;
#[cfg(indivisible_loom)]
pub(super) use loom as base;
