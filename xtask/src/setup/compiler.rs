//! The packages with which `core` can be built.

use anyhow::{Result, bail};
use runner::toolchain::{
    TARGETS,
    sources::{OLDEST, compiler, parse_version},
    sysroot::linker,
};

use crate::packages::Apt;

/// The Debian packages that the build of `core` needs and that are not installed.
pub(super) fn missing_packages(apt: &Apt) -> Result<Vec<&'static str>> {
    let mut names = Vec::new();
    if compiler().is_none() {
        names.extend(packaged_compiler(apt)?);
    }
    if linker().is_none() {
        names.push("lld");
    }
    Ok(names)
}

/// The newer of Debian's two compilers; `rustc-web` follows upstream even in a stable release.
fn packaged_compiler(apt: &Apt) -> Result<[&'static str; 2]> {
    let mut offered = Vec::new();
    for pair in [["rustc-web", "rust-web-src"], ["rustc", "rust-src"]] {
        let Some(version) = apt.candidate(pair[0]) else {
            continue;
        };
        if parse_version(&version).is_some_and(|version| version >= OLDEST) {
            return Ok(pair);
        }
        offered.push(format!("{} {version}", pair[0]));
    }
    let (major, minor) = OLDEST;
    bail!(
        "rustc {major}.{minor} or newer with its sources is needed, and the package lists offer {}; \
         let rustup add the targets (`rustup target add {}`)",
        if offered.is_empty() {
            "none".to_owned()
        } else {
            offered.join(", ")
        },
        TARGETS.join(" ")
    );
}

#[cfg(test)]
mod tests {
    use super::packaged_compiler;
    use crate::packages::{Apt, Machine};

    #[test]
    #[ignore = "needs apt; `cargo xtask test` runs it where there is one"]
    fn a_compiler_is_chosen_by_what_refreshed_lists_offer() {
        let machine = Machine::new("compiler");
        machine.offer(&[("rustc-web", "1.85.0"), ("rustc", "1.63.0")]);
        let error = packaged_compiler(&Apt::on(&machine))
            .unwrap_err()
            .to_string();
        assert!(error.contains("rustc-web 1.85.0, rustc 1.63.0"), "{error}");
        // The lists stay those of the first refresh until the second one.
        machine.offer(&[("rustc-web", "1.96.0"), ("rustc", "1.63.0")]);
        let chosen = packaged_compiler(&Apt::on(&machine)).unwrap();
        assert_eq!(chosen, ["rustc-web", "rust-web-src"]);
    }
}
