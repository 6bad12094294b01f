//! Remedies that rustc's messages about a table lack: the table is a program of its own, for a microcontroller.

/// A part of a message, and the remedy.
const REMEDIES: &[(&str, &str)] = &[
    (
        "can't find crate for `core`",
        "run `rustup target add {target}`, or list other `targets` in [interloper] of the table; the compiler is that of \
         cargo, or of INTERLOPER_RUSTC",
    ),
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
        "error[E0659]",
        "`object!` makes a module with the name of the first object, which must not be that of a crate or of a module of \
         the table: give the object another name, or write `::name` for the crate",
    ),
    (
        "cannot be shared between threads safely",
        "all parties share an object, so it has to be `Sync`; what one party holds alone is a `handle`",
    ),
];

/// The remedies for a message about a build for `target`; empty where there is none.
pub(super) fn help(message: &str, target: &str) -> String {
    let fitting = REMEDIES.iter().filter(|(part, _)| message.contains(part));
    fitting
        .map(|(_, help)| format!("\n  help: {}", help.replace("{target}", target)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remedy_belongs_to_its_message() {
        let help = |message| help(message, "thumbv6m-none-eabi");
        assert_eq!(help("error[E0308]: mismatched types"), "");
        let found = help("error[E0463]: can't find crate for `std`\n");
        assert!(found.starts_with("\n  help: ") && found.contains("`#![no_std]`"));
        let found = help("error[E0433]: use of unresolved module or unlinked crate `ring`\n");
        assert!(found.contains("`[dependencies]`") && found.contains("parameter"));
        let found = help("error[E0277]: `Cell<u32>` cannot be shared between threads safely\n");
        assert!(found.contains("`handle`"));
        let found = help("error[E0659]: `ring` is ambiguous\n");
        assert!(found.contains("another name"));
        let found = help("error[E0463]: can't find crate for `core`\n");
        assert!(found.contains("`rustup target add thumbv6m-none-eabi`"));
    }
}
