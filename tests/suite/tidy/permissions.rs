//! A permission that no file uses any more is removed.

use crate::{
    facade::TOTAL_ORDER,
    source::Source,
    structure::{DIRECTIONS, FOREIGN, UPWARDS, module, modules_named, parents_named, public_types},
};

/// A permission for a part of the tree, and whether a file makes use of it.
struct Permission {
    name: String,
    is_used_by: Box<dyn Fn(&Source) -> bool>,
}

/// For files of `core/src` with this name.
fn in_core(rule: &str, file: &'static str, uses: fn(&Source) -> bool) -> Permission {
    Permission {
        name: format!("{rule}: core/src/{file}"),
        is_used_by: Box::new(move |source| source.in_core() == Some(file) && uses(source)),
    }
}

/// For files whose path begins so.
fn below(rule: &str, path: &'static str, uses: fn(&Source) -> bool) -> Permission {
    Permission {
        name: format!("{rule}: {path}"),
        is_used_by: Box::new(move |source| source.path.starts_with(path) && uses(source)),
    }
}

/// For modules of the library with the name `own` that import `other`.
fn direction(own: &'static str, other: &'static str) -> Permission {
    let names = move |source: &Source| {
        let code: Vec<String> = source.code().map(|(_, code)| code).collect();
        let mut named = modules_named(&code.join("\n")).into_iter();
        named.any(|(_, name)| name == other)
    };
    let is_own = move |source: &Source| source.in_core().is_some_and(|it| module(it) == own);
    Permission {
        name: format!("DIRECTIONS: {own} may depend on {other}"),
        is_used_by: Box::new(move |source| is_own(source) && names(source)),
    }
}

fn all() -> Vec<Permission> {
    let directions = DIRECTIONS
        .iter()
        .flat_map(|(own, others)| others.iter().map(|other| direction(own, other)));
    let total_order = TOTAL_ORDER.iter().map(|file| {
        in_core("TOTAL_ORDER", file, |source| {
            source.code().any(|(_, code)| code.contains("SeqCst"))
        })
    });
    let foreign = FOREIGN.iter().map(|file| {
        in_core("FOREIGN", file, |source| {
            source
                .code()
                .any(|(_, code)| !public_types("", &code).is_empty())
        })
    });
    let upwards = UPWARDS
        .iter()
        .map(|dir| below("UPWARDS", dir, |source| !parents_named(source).is_empty()));
    directions
        .chain(total_order)
        .chain(foreign)
        .chain(upwards)
        .collect()
}

pub(crate) fn are_used(sources: &[Source]) -> Vec<String> {
    unused(&all(), sources)
}

fn unused(permissions: &[Permission], sources: &[Source]) -> Vec<String> {
    let is_unused = |it: &&Permission| !sources.iter().any(|source| (it.is_used_by)(source));
    let unused = permissions.iter().filter(is_unused);
    unused.map(|it| format!("{} is unused", it.name)).collect()
}

#[test]
fn a_planted_permission_is_found() {
    let stop = |text: &str| [Source::new("core/src/stop/signal.rs", text)];
    let wait = [direction("stop", "wait")];
    assert!(unused(&wait, &stop("use crate::{race::A, wait::Park};\n")).is_empty());
    assert_eq!(
        unused(&wait, &stop("use crate::race::A; // crate::wait\n")).len(),
        1
    );

    let tool = |text: &str| [Source::new("xtask/src/demo/verdicts.rs", text)];
    let upwards = [below("UPWARDS", "xtask/src/demo/", |source| {
        !parents_named(source).is_empty()
    })];
    assert!(unused(&upwards, &tool("use super::Party;\n")).is_empty());
    assert_eq!(
        unused(&upwards, &tool("use super::party::Party;\n")).len(),
        1
    );

    // Without any file, every permission is unused.
    assert_eq!(unused(&all(), &[]).len(), all().len());
    assert!(all().len() > DIRECTIONS.len());
}
