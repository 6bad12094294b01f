//! The names of the examples, and suggestions for a name that no example has.

use strsim::levenshtein;

use crate::catalog::GROUPS;

/// The names of the examples.
#[must_use]
pub fn names() -> Vec<String> {
    let ids = GROUPS
        .iter()
        .flat_map(|group| group.versions.iter().map(|it| group.case_id(it)));
    ids.collect()
}

/// The message for a name that no example has.
#[must_use]
pub fn unknown(example: &str) -> String {
    let mut near: Vec<_> = names()
        .into_iter()
        .map(|name| (levenshtein(example, &name), name))
        .collect();
    near.sort();
    let part = near
        .iter()
        .filter(|(distance, name)| name.contains(example) || *distance <= 4);
    let part: Vec<_> = part.take(4).map(|(_, name)| format!("`{name}`")).collect();
    let help = match &part[..] {
        [] => "`cargo xtask land` lists the examples".to_owned(),
        names => format!("did you mean {}?", names.join(" or ")),
    };
    format!("there is no example `{example}`\n  help: {help}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_nearly_right_is_suggested() {
        assert!(unknown("increment-stor").contains("`increment-store`"));
        assert!(unknown("latest").contains("`latest-slots`"));
        assert!(unknown("zebra-crossing").contains("`cargo xtask land` lists"));
    }
}
