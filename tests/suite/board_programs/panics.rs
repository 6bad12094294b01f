//! No public function panics on a Cortex-M0, with any back end, unless its documentation has `# Panics`.
//!
//! The test searches the functions of the firmware that call the library, and every function of the library
//! that was not inlined, which includes those called through a pointer. It does not search formatting
//! (`Debug`, `Display`, `defmt::Format`).

use super::{back_end::BACK_ENDS, disassembly::Code};
use std::{fs, path::PathBuf};

/// The modules of the firmware that have this function; each calls a module of the library.
fn modules_with(function: &str) -> Vec<String> {
    let dir = runner::root().join("tests/boards/src/bin/panics");
    let entries = fs::read_dir(dir).unwrap().map(|it| it.unwrap().path());
    let has = |path: &PathBuf| {
        let text = fs::read_to_string(path).unwrap();
        text.contains(&format!("fn {function}("))
    };
    let name = |path: PathBuf| path.file_stem().unwrap().to_string_lossy().into_owned();
    let mut modules: Vec<_> = entries.filter(has).map(name).collect();
    modules.retain(|it| it != "main");
    assert!(modules.len() > 5, "{function}: {modules:?}");
    modules
}

/// Functions in which the search must find a panic, and whether each needs a back end.
const LOUD: [(&str, &str, bool); 6] = [
    ("planted", "loud", false),
    ("progress", "loud", false),
    ("progress", "loud_restart", false),
    ("progress", "loud_try_restart", true),
    ("id", "loud", true),
    ("id", "loud_limit", true),
];

/// The reachable panicking functions of `core`, except for a future that is polled after its end, where
/// the compiler adds the panic.
fn panics(code: &Code, address: u32) -> Vec<String> {
    let reached = code.reached(address, |name| !name.contains("async_fn_resumed"));
    let panics = |name: &&str| name.contains("9panicking") || name.contains("rust_begin_unwind");
    reached.filter(panics).map(str::to_owned).collect()
}

/// Whether it is a function of the library that neither formats nor has a documented panic.
fn is_quiet(name: &str) -> bool {
    const PRINTS: [&str; 3] = ["3fmt", "6format", "5defmt"];
    const DOCUMENTED: [&str; 7] = [
        "2id5abort",
        "12adding_first",
        "12rolling_back",
        "8aborting",
        "8progress7checked",
        "7restart",
        "11try_restart",
    ];
    let mut others = PRINTS.iter().chain(&DOCUMENTED);
    name.contains("11indivisible") && !others.any(|it| name.contains(it))
}

#[test]
fn only_documented_panics_are_reachable() {
    for back_end in BACK_ENDS {
        let name = back_end.name;
        let code = back_end.code("panics");
        let functions = if back_end.exists {
            &["load_store", "read_modify_write"][..]
        } else {
            &["load_store"]
        };
        for function in functions {
            for module in modules_with(function) {
                let at = code.find(&module, function);
                let at = at.unwrap_or_else(|| panic!("{name}: {module}::{function} is not there"));
                assert_eq!(panics(&code, at), [""; 0], "{name}: {module}::{function}");
            }
        }
        for (module, function, needs_back_end) in LOUD {
            let at = code.find(module, function);
            assert_eq!(
                at.is_some(),
                back_end.exists || !needs_back_end,
                "{name}: {module}::{function}"
            );
            let panics = at.map(|at| panics(&code, at));
            assert_ne!(panics, Some(vec![]), "{name}: {module}::{function}");
        }
        let functions = code.functions().filter(|(_, name)| is_quiet(name));
        let functions: Vec<_> = functions.collect();
        assert!(!functions.is_empty(), "{name}");
        for (address, function) in functions {
            assert_eq!(panics(&code, address), [""; 0], "{name}: {function}");
        }
    }
}
