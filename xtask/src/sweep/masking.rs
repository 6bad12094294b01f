//! What may mask interrupts at all: with no back end nothing but sleeping, and what exists without one
//! nothing with any.

use std::collections::BTreeSet;

use super::{Swept, config::BackEnd, image::Image, row::Row};

/// In a firmware without a back end, only what sleeps masks interrupts, and nobody asks for a section.
pub(super) fn masks_anything(image: &Image, rows: &[Row]) -> Vec<String> {
    let sleeps = |address: u32| {
        let sleeping = rows.iter().filter(|row| row.sleeps);
        sleeping
            .flat_map(|row| row.functions(image))
            .any(|it| it.has(address))
    };
    let masking = image.masking().filter(|address| !sleeps(*address));
    let masking = masking.map(|address| {
        let function = image.function_at(address).map_or("?", |it| &it.name);
        format!("{address:#x} in {function} masks interrupts, with no back end")
    });
    let sections = image
        .functions
        .iter()
        .filter(|it| it.name.contains("critical_section"));
    let sections = sections.map(|it| format!("{} is there, with no back end", it.name));
    masking.chain(sections).collect()
}

/// What exists without a back end masks nothing with any.
pub(super) fn unmasked(all: &[Swept], is_complete: bool) -> Vec<String> {
    let without = all.iter().find(|it| it.config.back_end == BackEnd::Nothing);
    let Some(without) = without else {
        return Vec::new();
    };
    let tier_1: BTreeSet<String> = without
        .rows
        .iter()
        .filter(|row| !row.sleeps)
        .map(Row::name)
        .collect();
    if tier_1.is_empty() && is_complete {
        return vec!["nothing exists without a back end".to_owned()];
    }
    let mut faults = Vec::new();
    for swept in all {
        let rows = swept.rows.iter().filter(|row| tier_1.contains(&row.name()));
        for row in rows.filter(|row| !row.windows.is_empty()) {
            faults.push(format!(
                "{}: {} masks interrupts, and does not without a back end",
                swept.config.name(),
                row.name()
            ));
        }
    }
    faults
}
