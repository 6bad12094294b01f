//! The sources of the examples, as far as they are shown.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use interloper::report::{expression, record};

use crate::record::{Frame, FrameKind, Function};

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    let mut root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    root.pop();
    root
}

/// Files that were read.
#[derive(Debug, Default)]
pub(crate) struct Sources(BTreeMap<PathBuf, Vec<String>>);

impl Sources {
    fn lines(&mut self, file: &Path) -> &[String] {
        self.0.entry(file.to_owned()).or_insert_with(|| {
            let text = fs::read_to_string(file).unwrap_or_default();
            text.lines().map(str::to_owned).collect()
        })
    }

    /// The functions of these names in a module of a file.
    pub(crate) fn functions(
        &mut self,
        file: &Path,
        module: &str,
        names: &[&str],
    ) -> Result<Vec<Function>> {
        let lines = self.lines(file);
        let inside = module_lines(lines, module)
            .with_context(|| format!("{}: no mod {module}", file.display()))?;
        names
            .iter()
            .map(|name| {
                let all = || lines.iter().enumerate();
                let is_head = |line: &str| {
                    line.contains(&format!("fn {name}("))
                        && !line.contains("irq(")
                        && !line.contains("main fn")
                };
                // An example may call a function of a neighbour.
                let found = all()
                    .find(|(at, line)| inside.contains(at) && is_head(line))
                    .or_else(|| all().find(|(_, line)| is_head(line)));
                let (first, head) =
                    found.with_context(|| format!("{}: no fn {name}", file.display()))?;
                let indent = head.len() - head.trim_start().len();
                let end = format!("{:indent$}}}", "");
                let len = lines[first..]
                    .iter()
                    .position(|line| *line == end)
                    .context("a function has an end")?;
                let text = lines[first..=first + len]
                    .iter()
                    .map(|line| line.get(indent..).unwrap_or_default().to_owned());
                Ok(Function {
                    name: (*name).to_owned(),
                    line: first as u32 + 1,
                    text: text.collect(),
                })
            })
            .collect()
    }

    /// The clauses that declare the statics of a module's object.
    pub(crate) fn statics(&mut self, file: &Path, module: &str) -> Vec<String> {
        let lines = self.lines(file);
        let Some(inside) = module_lines(lines, module) else {
            return Vec::new();
        };
        let object = lines[inside]
            .iter()
            .skip_while(|line| line.trim() != "object! {")
            .skip(1);
        let clauses = object.take_while(|line| {
            let word = line.trim().split([' ', '|']).next().unwrap_or_default();
            !["reset", "main", "irq(1)", "state"].contains(&word)
        });
        clauses.map(|line| line.trim().to_owned()).collect()
    }

    /// A place as it is shown; `None` outside the example and the library.
    pub(crate) fn frame(&mut self, place: &record::Frame) -> Option<Frame> {
        let root = root();
        let file = Path::new(&place.file);
        let shown = file.strip_prefix(&root).ok()?.to_str()?.to_owned();
        let kind = match () {
            () if shown.starts_with("look/firmware") => FrameKind::User,
            () if shown.starts_with("core/src") => FrameKind::Lib,
            () => return None,
        };
        let line = self
            .lines(file)
            .get((place.line as usize).checked_sub(1)?)?;
        let indent = line.len() - line.trim_start().len();
        let span = match place.column {
            0 => 0..0,
            column => expression(line, column),
        };
        Some(Frame {
            kind,
            file: shown,
            line: place.line,
            function: short_function(&place.function),
            text: line.trim().to_owned(),
            from: span.start.saturating_sub(indent),
            to: span.end.saturating_sub(indent),
        })
    }
}

/// The lines between `mod name {` and its end.
fn module_lines(lines: &[String], module: &str) -> Option<core::ops::Range<usize>> {
    let heads = [format!("mod {module} {{"), format!("pub mod {module} {{")];
    let first = lines.iter().position(|line| heads.contains(line))?;
    let len = lines[first..].iter().position(|line| line == "}")?;
    Some(first..first + len)
}

/// `AtomicU32::load` for `core::sync::atomic::AtomicU32::load`.
pub(crate) fn short_function(name: &str) -> String {
    let mut plain = String::new();
    let mut depth = 0_usize;
    let mut before = ' ';
    for c in name.trim_start_matches('<').chars() {
        match c {
            '<' => depth += 1,
            '>' if before != '-' => depth = depth.saturating_sub(1),
            _ if depth == 0 => plain.push(c),
            _ => {}
        }
        before = c;
    }
    // `T as Trait>::f`, without the first `<`: the type is what matters.
    let plain = match plain.split_once(" as ") {
        Some((of, rest)) => format!("{of}::{}", rest.rsplit("::").next().unwrap_or_default()),
        None => plain,
    };
    let parts: Vec<&str> = plain.split("::").filter(|part| !part.is_empty()).collect();
    parts[parts.len().saturating_sub(2)..].join("::")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_have_short_names() {
        for (name, short) in [
            ("core::sync::atomic::AtomicU32::load", "AtomicU32::load"),
            (
                "<indivisible::id::IdAllocator<T,P> as a::B>::allocate",
                "IdAllocator::allocate",
            ),
            (
                "indivisible::race::OnceWord<V>::get_or_init::<F>",
                "OnceWord::get_or_init",
            ),
            ("main", "main"),
        ] {
            assert_eq!(short_function(name), short);
        }
    }
}
