//! Every public function of the library is called in the search for panics.

use crate::source::Source;

/// The file that calls the public functions of a file of `core/src`; `None` if a Cortex-M0 has none of them.
fn caller(name: &str) -> Option<String> {
    const FOR_THREADS: &[&str] = &["wait/thread.rs", "once/blocking.rs"];
    let module = name.split('/').next()?.trim_end_matches(".rs");
    let is_called = module != "sync" && !FOR_THREADS.contains(&name);
    is_called.then(|| format!("tests/boards/src/bin/panics/{module}.rs"))
}

/// The name of the public function that a line of code begins.
fn public_function(code: &str) -> Option<&str> {
    let rest = code.trim_start().strip_prefix("pub ")?;
    let rest = rest
        .trim_start_matches("const ")
        .trim_start_matches("async ");
    rest.strip_prefix("fn ")?.split(['(', '<']).next()
}

pub(crate) fn calls_every_function(sources: &[Source]) -> Vec<String> {
    let calls = |path: &str, name: &str| {
        let calls = [format!(".{name}("), format!("::{name}(")];
        let mut callers = sources.iter().filter(|it| it.path == path);
        callers.any(|it| {
            !it.lines_with(&calls.each_ref().map(String::as_str), "")
                .is_empty()
        })
    };
    let mut uncalled = Vec::new();
    for source in sources {
        let Some(caller) = source.in_core().and_then(caller) else {
            continue;
        };
        for (n, code) in source.code() {
            if let Some(name) = public_function(&code).filter(|name| !calls(&caller, name)) {
                uncalled.push(source.at(n, &format!("{name} is not called in {caller}")));
            }
        }
    }
    uncalled
}

#[test]
fn a_planted_function_is_found() {
    let tree = |caller: &str| {
        [
            Source::new(
                "core/src/stop/signal.rs",
                "    pub const fn reset(&mut self) {\n",
            ),
            Source::new("core/src/wait/thread.rs", "pub fn not_on_a_board() {}\n"),
            Source::new("tests/boards/src/bin/panics/stop.rs", caller),
        ]
    };
    assert!(calls_every_function(&tree("stop.reset();\n")).is_empty());
    assert!(calls_every_function(&tree("StopSignal::<u8>::reset(&mut it);\n")).is_empty());
    for planted in [
        "",
        "// stop.reset();\n",
        "stop.preset();\n",
        "stop.reset_all();\n",
    ] {
        assert_eq!(calls_every_function(&tree(planted)).len(), 1, "{planted}");
    }
}
