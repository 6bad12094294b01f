//! Remedies that rustc's messages about a table lack: the table is a program of its own, for a microcontroller.

/// A part of a message, and the remedy.
const REMEDIES: &[(&str, &str)] = &[
    (
        "can't find crate for `std`",
        "what a table tests is built for a microcontroller: it has to be `#![no_std]`, and so do its dependencies \
         (`default-features = false`)",
    ),
    (
        "while trying to match `main`",
        "a clause of `object!` begins with `main fn`, `irq(1) fn` or `core fn`, with `object` or `handle`, with `reset |…|`, \
         `state |…|`, `always |…|` or `finally |…|`, or with `wakes`, `known`, `restarts` or `handlers`",
    ),
    (
        "while trying to match `extra`",
        "after the body of an operation stands a comma; before it, `extra … in […]`, `when { … }`, `sleeps`, or \
         `wrong for …, caught by […]`",
    ),
    (
        "while trying to match `(`",
        "a handler has a priority: `irq(1) fn`",
    ),
    (
        "while trying to match `)`",
        "the parameters of an operation are the names of objects and handles, without types",
    ),
    (
        "while trying to match `:`",
        "the first clause of `object!` is an object with its type and its value: `name: Type = value`",
    ),
    (
        "use of unresolved module or unlinked crate",
        "a crate has to be in `[dependencies]` of the ```toml block at the top of the table, and the parameter of an \
         operation has to be the name of an object or a handle of its `object!`",
    ),
    (
        "cannot be shared between threads safely",
        "all parties share an object, so it has to be `Sync`; what one party holds alone is a `handle`",
    ),
];

/// The remedies for a message; empty where there is none.
pub(super) fn help(message: &str) -> String {
    let fitting = REMEDIES.iter().filter(|(part, _)| message.contains(part));
    fitting
        .map(|(_, help)| format!("\n  help: {help}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remedy_belongs_to_its_message() {
        assert_eq!(help("error[E0308]: mismatched types"), "");
        let found = help("error[E0463]: can't find crate for `std`\n");
        assert!(found.starts_with("\n  help: ") && found.contains("`#![no_std]`"));
        let found = help("error[E0433]: use of unresolved module or unlinked crate `ring`\n");
        assert!(found.contains("`[dependencies]`") && found.contains("parameter"));
        let found = help("error[E0277]: `Cell<u32>` cannot be shared between threads safely\n");
        assert!(found.contains("`handle`"));
    }
}
