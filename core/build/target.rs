//! What the target is able to do, read from the variables that cargo sets for a build script.
//!
//! A file of its own so that the tests run it over the targets that `rustc` has.

/// The properties of a target that `src/sync.rs` and `src/wait.rs` depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// `core` loads and stores 8, 16 and 32 bits and a pointer in one step.
    pub(crate) load_store: bool,
    /// The same of 64 bits.
    pub(crate) load_store_64: bool,
    /// `core` has compare-and-exchange of 32 bits.
    pub(crate) cas: bool,
    /// `core` has compare-and-exchange of 64 bits.
    pub(crate) cas_64: bool,
    /// A Cortex-M (the M profile): `PRIMASK`, `IPSR`, WFI and WFE as that architecture defines them.
    pub(crate) m_profile: bool,
    /// A Cortex-M that can mask by priority (`BASEPRI`, `FAULTMASK`).
    pub(crate) basepri: bool,
    /// A RISC-V without an operating system: `mstatus` and WFI.
    pub(crate) riscv_bare: bool,
}

/// The only built-in targets of the architecture `arm` that have load and store, and no
/// compare-and-exchange. Those of Armv4T and Armv5TE have neither.
const ARM_LOAD_STORE: &[&str] = &["thumbv6m-"];

/// Built-in targets of the M profile.
const M_PROFILE: &[&str] = &[
    "thumbv6m-",
    "thumbv7m-",
    "thumbv7em-",
    "thumbv8m.base-",
    "thumbv8m.main-",
];

/// Those of them that have `BASEPRI`.
const BASEPRI: &[&str] = &["thumbv7m-", "thumbv7em-", "thumbv8m.main-"];

impl Target {
    /// Reads `variable`, as cargo sets them for a build script.
    ///
    /// The compiler's own answer is best, and a target that comes from a JSON file always has one,
    /// because only an unstable compiler builds for it: `target_has_atomic_load_store` and the target
    /// features `mclass` and `thumb2`. A stable compiler keeps these to itself. For it the built-in targets
    /// are listed by name.
    pub(crate) fn detect(variable: impl Fn(&str) -> Option<String>) -> Self {
        let text = |name: &str| variable(name).unwrap_or_default();
        let has = |name: &str, value: &str| text(name).split(',').any(|it| it == value);
        let arch = text("CARGO_CFG_TARGET_ARCH");
        let target = text("TARGET");
        let is_one_of = |names: &[&str]| names.iter().any(|it| target.starts_with(it));
        let is_bare = text("CARGO_CFG_TARGET_OS") == "none";
        let is_riscv = ["riscv32", "riscv64"].contains(&arch.as_str());

        let cas = has("CARGO_CFG_TARGET_HAS_ATOMIC", "32");
        let cas_64 = has("CARGO_CFG_TARGET_HAS_ATOMIC", "64");
        const LOAD_STORE: &str = "CARGO_CFG_TARGET_HAS_ATOMIC_LOAD_STORE";
        let (load_store, load_store_64) = if variable(LOAD_STORE).is_some() {
            let all = ["8", "16", "32", "ptr"]
                .iter()
                .all(|it| has(LOAD_STORE, it));
            (all, has(LOAD_STORE, "64"))
        } else {
            let listed = is_riscv || arch == "arm" && is_one_of(ARM_LOAD_STORE);
            (listed, arch == "riscv64")
        };
        let is_asserted = variable("CARGO_CFG_INDIVISIBLE_LOAD_STORE").is_some();
        let feature = |name: &str| has("CARGO_CFG_TARGET_FEATURE", name);
        let is_bare_arm = arch == "arm" && is_bare;
        let m_profile = is_bare_arm && (feature("mclass") || is_one_of(M_PROFILE));

        Self {
            load_store: cas || load_store || is_asserted,
            load_store_64: cas_64 || load_store_64,
            cas,
            cas_64,
            m_profile,
            // Of the M profile, Armv7-M and Armv8-M Mainline have all of Thumb-2.
            basepri: m_profile && (feature("thumb2") || is_one_of(BASEPRI)),
            riscv_bare: is_riscv && is_bare,
        }
    }
}
