//! No public function panics on a Cortex-M0, whichever back end there is, but those that say so.
//!
//! Searched are the functions of the firmware that call the library, and all that is left of the library
//! in it as functions of their own: what is called through a pointer is among those. Not searched is what
//! prints (`Debug`, `Display`, `defmt::Format`).

use super::{PLENTY, back_end::BACK_ENDS, board, disassembly::Code, run_within};
use runner::qemu::End;

/// The modules of the firmware, whose names are the library's.
const TIER1: [&str; 6] = ["latest", "progress", "race", "stats", "stop", "wait"];
const TIER2: [&str; 11] = [
    "atomic", "id", "latest", "once", "pool", "progress", "race", "stats", "stop", "update", "wait",
];

/// What the same search must find, and whether it needs a back end.
const LOUD: [(&str, &str, bool); 6] = [
    ("planted", "loud", false),
    ("progress", "loud", false),
    ("progress", "loud_restart", false),
    ("progress", "loud_try_restart", true),
    ("id", "loud", true),
    ("id", "loud_limit", true),
];

/// Which functions of `core` that panic are reached; but for a future that is polled after its end, where
/// the language itself panics.
fn panics(code: &Code, address: u32) -> Vec<String> {
    let reached = code.reached(address, |name| !name.contains("async_fn_resumed"));
    let panics = |name: &&str| name.contains("9panicking") || name.contains("rust_begin_unwind");
    reached.filter(panics).map(str::to_owned).collect()
}

/// Whether it is a function of the library that neither prints nor says that it panics.
fn is_quiet(name: &str) -> bool {
    const PRINTS: [&str; 3] = ["3fmt", "6format", "5defmt"];
    const SAYS_SO: [&str; 7] = [
        "2id5abort",
        "12adding_first",
        "12rolling_back",
        "8aborting",
        "8progress7checked",
        "7restart",
        "11try_restart",
    ];
    let mut others = PRINTS.iter().chain(&SAYS_SO);
    name.contains("11indivisible") && !others.any(|it| name.contains(it))
}

#[test]
fn nothing_panics_but_what_says_so() {
    for back_end in BACK_ENDS {
        let name = back_end.name;
        let elf = back_end.build("panics");
        let ran = run_within(PLENTY, board("microbit"), &elf);
        assert_eq!(ran.end, End::Exit(0), "{name}");

        let code = Code::read(&elf);
        let tier1 = TIER1.map(|module| (module, "tier1"));
        let tier2 = TIER2.map(|module| (module, "tier2"));
        let tier2 = if back_end.has_tier2 { &tier2[..] } else { &[] };
        for (module, function) in tier1.iter().chain(tier2) {
            let at = code.find(module, function);
            let at = at.unwrap_or_else(|| panic!("{name}: {module}::{function} is not there"));
            assert_eq!(panics(&code, at), [""; 0], "{name}: {module}::{function}");
        }
        for (module, function, needs_tier2) in LOUD {
            let at = code.find(module, function);
            assert_eq!(
                at.is_some(),
                back_end.has_tier2 || !needs_tier2,
                "{name}: {module}::{function}"
            );
            let panics = at.map(|at| panics(&code, at));
            assert_ne!(panics, Some(vec![]), "{name}: {module}::{function}");
        }
        let functions = code.functions().filter(|(_, name)| is_quiet(name));
        for (address, function) in functions {
            assert_eq!(panics(&code, address), [""; 0], "{name}: {function}");
        }
    }
}
