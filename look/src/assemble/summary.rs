//! What is computed when every landing has run: the words that are shown, and the counts.

use crate::record::{Build, Column, Counts, Verdict};

/// The words that two lanes touch and one of them stores: what a picture has room for.
pub(super) fn columns(build: &Build) -> Vec<Column> {
    let mut touched = vec![0_u32; build.words.len()];
    let mut is_stored = vec![false; build.words.len()];
    for segment in build.landings.iter().flat_map(|landing| &landing.run) {
        for &step in &build.seqs[segment.seq][segment.from..segment.to] {
            for access in &build.steps[step].accesses {
                touched[access.word] |= 1 << segment.lane;
                is_stored[access.word] |= access.store == 1;
            }
        }
    }
    let mut shared: Vec<_> = (0..build.words.len())
        .filter(|&word| touched[word].count_ones() > 1 && is_stored[word])
        .collect();
    shared.sort_by_key(|&word| {
        (
            !build.words[word].name.ends_with("seq"),
            build.words[word].addr,
        )
    });
    let names: Vec<_> = shared
        .iter()
        .map(|&word| build.words[word].name.as_str())
        .collect();
    let common = common_path(&names);
    let mut columns: Vec<Column> = Vec::new();
    for &word in &shared {
        let name = &build.words[word].name[common..];
        // An array is one column where there are many.
        let name = if shared.len() > 4 {
            name.split('[').next().unwrap_or(name)
        } else {
            name
        };
        match columns.iter_mut().find(|column| column.name == name) {
            Some(column) => column.words.push(word),
            None => columns.push(Column {
                name: name.to_owned(),
                words: vec![word],
            }),
        }
    }
    columns
}

/// The length of the path that all names have in common.
fn common_path(names: &[&str]) -> usize {
    let [first, others @ ..] = names else {
        return 0;
    };
    if others.is_empty() {
        return 0;
    }
    let shared = others.iter().fold(first.len(), |len, name| {
        first
            .bytes()
            .zip(name.bytes())
            .take_while(|(a, b)| a == b)
            .count()
            .min(len)
    });
    first[..shared].rfind('.').map_or(0, |dot| dot + 1)
}

pub(super) fn counts(build: &Build, has_cycles: bool) -> Counts {
    let of = |kind| {
        build
            .landings
            .iter()
            .filter(|landing| landing.kind == kind)
            .count()
    };
    let main = build.seqs[0].iter().map(|&step| &build.steps[step]);
    let masked: Vec<_> = main.filter(|step| step.masked == 1).collect();
    Counts {
        points: build.landings.len(),
        wrong: of(Verdict::Wrong),
        masked: of(Verdict::Masked),
        again: of(Verdict::Again),
        instructions: build.seqs[0].len(),
        masked_instructions: masked.len(),
        masked_cycles: has_cycles.then(|| {
            masked
                .iter()
                .filter_map(|step| build.code[step.code].cycles)
                .sum()
        }),
    }
}
