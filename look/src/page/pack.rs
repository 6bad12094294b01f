//! The record as the page has it: what it does not draw is left out, and what repeats is written once.
//!
//! `page/record.js` undoes it. Zeros at the end of an array are left out.
//!
//! | what | array |
//! |---|---|
//! | frame | file of the library or ``, line, text, first character and end of the expression |
//! | instruction of main | address less the one before, text, note, frame in the example + 1, frame in the library + 1 |
//! | step | instruction + 1, event, masked; then for each access: store, word, value |
//! | row of steps | step and count, again and again: a negative count repeats the step, another counts up |
//! | landing | verdict, outcome, sentence, at, taken or 0, segments one after the other, the rest as an object or 0 |
//! | segment | lane, row, from, to; 0 for the end of the row |

use core::hash::Hash;
use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};

use crate::record::{
    Build, Case, Code, Frame, FrameKind, Happening, Landing, Look, Node, Step, Verdict, Why,
};

/// Things in the order in which they came, each once.
struct Unique<T>(Vec<T>, HashMap<T, usize>);

impl<T: Clone + Eq + Hash> Unique<T> {
    fn new() -> Self {
        Self(Vec::new(), HashMap::new())
    }

    fn index(&mut self, it: T) -> usize {
        *self.1.entry(it).or_insert_with_key(|it| {
            self.0.push(it.clone());
            self.0.len() - 1
        })
    }
}

type Place = (String, u32, String, usize, usize);

pub(super) fn pack(look: &Look) -> Value {
    let mut packer = Packer {
        look,
        frames: Unique::new(),
        sentences: Unique::new(),
    };
    let cases: Vec<_> = look.cases.iter().map(|case| packer.case(case)).collect();
    json!({
        "rustc": look.rustc, "profile": look.profile, "targets": look.targets, "groups": look.groups,
        "frames": packer.frames.0, "sentences": packer.sentences.0, "cases": cases,
    })
}

struct Packer<'a> {
    look: &'a Look,
    frames: Unique<Place>,
    sentences: Unique<&'a str>,
}

impl Packer<'_> {
    fn case(&mut self, case: &Case) -> Value {
        let builds: Vec<_> = case.builds.iter().map(|build| self.build(build)).collect();
        json!({
            "id": case.id, "group": case.group, "kind": case.kind, "name": case.name, "says": case.says,
            "file": case.file, "statics": case.statics, "fns": case.fns, "builds": builds,
        })
    }

    fn build(&mut self, build: &Build) -> Value {
        let words = numbered(build.columns.iter().flat_map(|it| it.words.iter().copied()));
        let main = numbered(build.seqs[0].iter().map(|step| build.steps[*step].code));
        let mut before = 0;
        let code: Vec<_> = main
            .keys()
            .map(|at| {
                let packed = self.code(&build.code[*at], before);
                before = build.code[*at].address;
                packed
            })
            .collect();
        let mut steps = Unique::new();
        let seqs: Vec<_> = (0..build.seqs.len())
            .map(|seq| {
                let is_main = build
                    .landings
                    .iter()
                    .flat_map(|it| &it.run)
                    .all(|it| it.seq != seq || it.lane == 0);
                let row = build.seqs[seq].iter().map(|at| {
                    let step = &build.steps[*at];
                    let code = main.get(&step.code).filter(|_| is_main);
                    steps.index(packed_step(step, code, seq == 0, &words))
                });
                runs(row)
            })
            .collect();
        let columns: Vec<_> = build
            .columns
            .iter()
            .map(|it| {
                let inside: Vec<_> = it.words.iter().map(|word| words[word]).collect();
                json!([it.name, inside])
            })
            .collect();
        let words_drawn: Vec<_> = words
            .keys()
            .map(|at| {
                let word = &build.words[*at];
                json!([word.name, word.init, word.fmt])
            })
            .collect();
        let landings: Vec<_> = build
            .landings
            .iter()
            .map(|it| self.landing(build, it, &words))
            .collect();
        json!({
            "target": build.target, "slept": build.slept, "ends": build.ends, "code": code, "steps": steps.0,
            "seqs": seqs, "words": words_drawn, "columns": columns, "orders": build.orders,
            "outcomes": build.outcomes, "landings": landings, "counts": build.counts,
        })
    }

    fn code(&mut self, code: &Code, before: u32) -> Value {
        let frames = code.frames.iter().map(|at| &self.look.frames[*at]);
        let user = frames
            .clone()
            .find(|it| it.kind == FrameKind::User && it.line > 0);
        let library = frames.clone().find(|it| it.kind == FrameKind::Lib);
        let [user, library] =
            [user, library].map(|it| it.map_or(0, |it| 1 + self.frames.index(place(it))));
        let delta = i64::from(code.address) - i64::from(before);
        let mut packed = vec![
            json!(delta),
            json!(code.text),
            json!(code.note),
            json!(user),
            json!(library),
        ];
        while packed
            .last()
            .is_some_and(|it| *it == json!(0) || *it == json!(""))
        {
            packed.pop();
        }
        Value::Array(packed)
    }

    fn landing(
        &mut self,
        build: &Build,
        landing: &Landing,
        words: &BTreeMap<usize, usize>,
    ) -> Value {
        let mut sentence = |at: usize| self.sentences.index(&self.look.sentences[at]);
        let segments = landing.run.iter().flat_map(|it| {
            let to = if it.to == build.seqs[it.seq].len() {
                0
            } else {
                it.to
            };
            [it.lane, it.seq, it.from, to]
        });
        let taken = if landing.taken == landing.at {
            json!(0)
        } else {
            json!(landing.taken)
        };
        let mut packed = vec![
            json!(match landing.kind {
                Verdict::Ok => 0,
                Verdict::Again => 1,
                Verdict::Masked => 2,
                Verdict::Wrong => 3,
            }),
            json!(landing.outcome),
            json!(sentence(landing.tail)),
            json!(landing.at),
            taken,
            segments.collect(),
        ];
        let mut rest = serde_json::Map::new();
        if let Some(head) = landing.head {
            rest.insert("head".into(), sentence(head).into());
        }
        if !landing.says.is_empty() {
            rest.insert(
                "says".into(),
                landing.says.iter().map(|at| sentence(*at)).collect(),
            );
        }
        if landing.asleep {
            rest.insert("asleep".into(), true.into());
        }
        if let Some(why) = &landing.why {
            rest.insert("why".into(), json!(packed_why(build, landing, why, words)));
        }
        if !rest.is_empty() {
            packed.push(rest.into());
        }
        Value::Array(packed)
    }
}

fn place(frame: &Frame) -> Place {
    let file = if frame.kind == FrameKind::User {
        ""
    } else {
        &frame.file
    };
    let text = if frame.text.is_empty() {
        &frame.function
    } else {
        &frame.text
    };
    (
        file.to_owned(),
        frame.line,
        text.clone(),
        frame.from,
        frame.to,
    )
}

/// Each of the indices with its place among them.
fn numbered(indices: impl Iterator<Item = usize>) -> BTreeMap<usize, usize> {
    let sorted: BTreeMap<usize, ()> = indices.map(|it| (it, ())).collect();
    sorted
        .into_keys()
        .enumerate()
        .map(|(at, it)| (it, at))
        .collect()
}

/// Main's row without an interrupt is the one whose masks are listed.
fn packed_step(
    step: &Step,
    code: Option<&usize>,
    is_listed: bool,
    words: &BTreeMap<usize, usize>,
) -> Vec<u32> {
    let event = match step.happens {
        Happening::Nothing => 0,
        Happening::Return => 1,
        Happening::Leave => 2,
        Happening::Wfi => 3,
        Happening::Fault => 4,
        Happening::Mask => 5,
        Happening::Unmask => 6,
        Happening::Refused => 7,
    };
    let masked = if is_listed { step.masked.into() } else { 0 };
    let mut packed = vec![code.map_or(0, |it| index(*it) + 1), event, masked];
    for access in &step.accesses {
        if let Some(word) = words.get(&access.word) {
            packed.extend([access.store.into(), index(*word), access.value]);
        }
    }
    while packed.len() <= 3 && packed.last() == Some(&0) {
        packed.pop();
    }
    packed
}

fn index(at: usize) -> u32 {
    u32::try_from(at).expect("a record of less than 4 Gi things")
}

/// Indices that count up or stay: the first and their number, negative where they stay.
fn runs(indices: impl Iterator<Item = usize>) -> Vec<i64> {
    let mut packed: Vec<i64> = Vec::new();
    for at in indices.map(|it| i64::from(index(it))) {
        match packed[..] {
            [.., first, count] if count > 0 && at == first + count => {
                *packed.last_mut().unwrap() += 1;
            }
            [.., first, count] if count < 0 && at == first => *packed.last_mut().unwrap() -= 1,
            [.., first, 1] if at == first => *packed.last_mut().unwrap() = -2,
            _ => packed.extend([at, 1]),
        }
    }
    packed
}

/// Accesses count among those of the words that are drawn.
fn packed_why(build: &Build, landing: &Landing, why: &Why, words: &BTreeMap<usize, usize>) -> Why {
    let all = landing
        .run
        .iter()
        .flat_map(|it| &build.seqs[it.seq][it.from..it.to]);
    let steps: Vec<&Step> = all.map(|at| &build.steps[*at]).collect();
    let node = |(step, access): Node| {
        let earlier = steps[step].accesses[..access].iter();
        (
            step,
            earlier.filter(|it| words.contains_key(&it.word)).count(),
        )
    };
    let pair = |(main, handler)| (node(main), node(handler));
    Why {
        first: why.first.map(pair),
        last: why.last.map(pair),
        wrong: why.wrong,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `page/record.js` does it.
    fn unpacked(runs: &[i64]) -> Vec<i64> {
        let pairs = runs.chunks(2).flat_map(|it| {
            let [first, count] = [it[0], it[1]];
            (0..count.abs()).map(move |at| if count < 0 { first } else { first + at })
        });
        pairs.collect()
    }

    #[test]
    fn runs_count_up_or_stay() {
        for (indices, packed) in [
            (&[][..], &[][..]),
            (&[4], &[4, 1]),
            (&[4, 5, 6, 9], &[4, 3, 9, 1]),
            (&[4, 4, 4, 5], &[4, -3, 5, 1]),
            (&[0, 1, 1, 2], &[0, 2, 1, 2]),
        ] {
            let found = runs(indices.iter().copied());
            assert_eq!(found, packed);
            let again: Vec<usize> = unpacked(&found)
                .iter()
                .map(|it| usize::try_from(*it).unwrap())
                .collect();
            assert_eq!(again, indices);
        }
    }

    #[test]
    fn a_step_keeps_what_is_drawn() {
        use crate::record::Access;
        let access = |word, store| Access {
            store,
            word,
            value: 9,
        };
        let step = Step {
            code: 5,
            accesses: vec![access(3, 0), access(7, 1)],
            masked: 1,
            happens: Happening::Mask,
        };
        let words = numbered([7, 8].into_iter());
        assert_eq!(
            packed_step(&step, Some(&2), true, &words),
            [3, 5, 1, 1, 0, 9]
        );
        assert_eq!(
            packed_step(&step, None, false, &numbered([].into_iter())),
            [0, 5]
        );
    }
}
