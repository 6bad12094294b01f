//! The public API is the one that is listed in `tests/public-api`, so that each change of it is seen.
//!
//! The listing is made from the library as the compiler expands it, so what macros define is in it, and it depends on
//! no version of rustdoc's output. It has no implementation of an auto trait: those are asserted by `auto_traits.rs`.
//! With `UPDATE_EXPECT=1` in the environment, the listings are written instead of compared.

mod names;
mod outline;

use names::Names;
use runner::toolchain::{self, wrapper::allow_unstable};
use similar::TextDiff;
use std::{env, fs, process::Command};

/// A build whose API is listed.
struct Build {
    /// The listing's name.
    name: &'static str,
    /// `None` for this machine.
    target: Option<&'static str>,
    features: &'static str,
}

const BUILDS: &[Build] = &[
    Build {
        name: "host",
        target: None,
        features: "defmt,std,waker",
    },
    Build {
        name: "cortex-m0",
        target: Some("thumbv6m-none-eabi"),
        features: "cortex-m,critical-section,defmt,waker",
    },
];

/// The library's source after expansion.
fn expanded(build: &Build) -> String {
    let mut cargo = match build.target {
        Some(target) => toolchain::cargo(target, "."),
        None => toolchain::host_cargo(),
    };
    cargo
        .env_remove("RUSTFLAGS")
        .args(["rustc", "--quiet", "--package", "indivisible", "--lib"])
        .args(["--profile", "check", "--features", build.features])
        .args(["--", "-Zunpretty=expanded"]);
    allow_unstable(&mut cargo).unwrap();
    printed(&mut cargo)
}

fn printed(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}:\n{errors}");
    String::from_utf8(output.stdout).unwrap()
}

fn listing(source: &str) -> String {
    let file = syn::parse_file(source).unwrap();
    prettyplease::unparse(&outline::of(&Names::of(file)))
}

/// The lines that differ.
fn difference(listed: &str, found: &str) -> Option<String> {
    let text = || {
        TextDiff::from_lines(listed, found)
            .unified_diff()
            .header("listed", "found")
            .to_string()
    };
    (listed != found).then(text)
}

#[test]
fn the_public_api_is_the_listed_one() {
    let dir = integration_tests::root().join("tests/public-api");
    let update = env::var_os("UPDATE_EXPECT").is_some_and(|it| it == "1");
    let mut changed = Vec::new();
    for build in BUILDS {
        let found = listing(&expanded(build));
        let path = dir.join(format!("{}.txt", build.name));
        if update {
            fs::write(&path, &found).unwrap();
        }
        let listed = fs::read_to_string(&path).unwrap_or_default();
        changed.extend(difference(&listed, &found).map(|it| format!("{}:\n{it}", build.name)));
    }
    assert!(
        changed.is_empty(),
        "the public API has changed; `UPDATE_EXPECT=1` lists it anew:\n{}",
        changed.join("\n")
    );
}

const LIBRARY: &str = "
    mod sync {
        pub trait Atomic: Sealed { type Value; fn load(&self) -> Self::Value; }
        pub(crate) trait Sealed {}
        pub(crate) mod word {
            pub struct Word<T> { bits: T, pub name: u8 }
            impl<T> Word<T> { pub const fn new(bits: T) -> Self { Self { bits, name: 0 } } fn hidden(&self) {} }
            impl<T: Copy> super::Atomic for Word<T> { type Value = T; fn load(&self) -> T { self.bits } }
            impl<T> super::Sealed for Word<T> {}
        }
    }
    pub mod atomic { pub use crate::sync::{Atomic, word::*}; pub use core::sync::atomic::Ordering; }
    pub use atomic::Word;
    fn private() {}
    impl atomic::Atomic for u8 { type Value = u8; fn load(&self) -> u8 { *self } }
";

#[test]
fn a_listing_has_what_is_public_once() {
    let expected = "\
pub use self::atomic::Word;
pub mod atomic {
    pub use core::sync::atomic::Ordering;
    pub trait Atomic: Sealed {
        type Value;
        fn load(&self) -> Self::Value;
    }
    impl atomic::Atomic for u8 {}
    pub struct Word<T> {
        pub name: u8,
        private: (),
    }
    impl<T: Copy> super::Atomic for Word<T> {}
    impl<T> Word<T> {
        pub const fn new(bits: T) -> Self {}
    }
}
";
    assert_eq!(difference(expected, &listing(LIBRARY)), None);
}

#[test]
fn a_planted_change_is_found() {
    let listed = listing(LIBRARY);
    for (before, after) in [
        ("pub const fn new", "pub fn new"),
        ("impl<T: Copy>", "impl<T: Copy + Send>"),
        ("fn hidden(", "pub fn hidden("),
        ("pub use atomic::Word", "use atomic::Word"),
        ("fn private", "pub fn private"),
        ("pub name: u8", "name: u8"),
        ("type Value; ", "type Value; fn store(&self) {} "),
        ("impl atomic::Atomic for u8", "impl atomic::Atomic for u16"),
    ] {
        let planted = LIBRARY.replacen(before, after, 1);
        assert_ne!(planted, LIBRARY);
        assert!(difference(&listed, &listing(&planted)).is_some(), "{after}");
    }
    // What is not public may change.
    for (before, after) in [
        ("fn private", "fn secret"),
        ("Self { bits, name: 0 }", "todo!()"),
    ] {
        let planted = LIBRARY.replacen(before, after, 1);
        assert_eq!(difference(&listed, &listing(&planted)), None, "{after}");
    }
}
