//! The tables of a build: instructions, steps and words, each once.

use core::ops::Range;

use interloper::landings::{End, Meeting, Run, Step as Executed};

use super::{Assembly, index_of};
use crate::{
    record::{Access, Code, Format, Frame, Happening, Step, Word},
    source::short_function,
};

impl Assembly<'_> {
    /// The steps of a run, by their indices.
    pub(super) fn intern(&mut self, meeting: &Meeting<'_>, run: &Run) -> Vec<usize> {
        let last = run.steps.len().saturating_sub(1);
        let is_stopped = matches!(run.end, End::Stopped(_));
        let mut indices = Vec::new();
        for (at, step) in run.steps.iter().enumerate() {
            let code = self.code(step.address);
            let next = run.steps[at + 1..]
                .iter()
                .find(|next| next.lane == step.lane);
            // Of a branch that is taken, the next instruction is not the one after it.
            self.taken[code] |=
                next.is_some_and(|next| next.address.wrapping_sub(step.address) > 4);
            let ram = self.built.firmware.statics();
            let accesses = self.accesses(meeting, step, &ram);
            let text = &self.build.code[code].text;
            let happens = match step {
                _ if step.returns && step.lane == 0 => Happening::Return,
                _ if step.returns => Happening::Leave,
                _ if text.starts_with("wf") => Happening::Wfi,
                _ if text.starts_with("strex") && !step.access.writes() => Happening::Refused,
                _ if step.masked == (false, true) => Happening::Mask,
                _ if step.masked == (true, false) => Happening::Unmask,
                _ if at == last && is_stopped => Happening::Fault,
                _ => Happening::Nothing,
            };
            let step = Step {
                code,
                accesses,
                masked: step.masked.0.into(),
                happens,
            };
            let steps = &mut self.build.steps;
            indices.push(*self.steps.entry(step).or_insert_with_key(|step| {
                steps.push(step.clone());
                steps.len() - 1
            }));
        }
        indices
    }

    /// What a step does to statics.
    fn accesses(
        &mut self,
        meeting: &Meeting<'_>,
        step: &Executed,
        ram: &Range<u32>,
    ) -> Vec<Access> {
        let words = step
            .words
            .iter()
            .filter(|(address, _)| ram.contains(address));
        let accesses = words.map(|&(address, value)| {
            let at = step.part.as_ref().map_or(address, |part| part.start);
            let word = self.word(
                meeting,
                at,
                step.part.as_ref().map(|part| part.len() as u32),
            );
            let it = &self.build.words[word];
            Access {
                store: step.access.writes().into(),
                word,
                value: part(value, it.addr, it.size),
            }
        });
        accesses.collect()
    }

    fn code(&mut self, address: u32) -> usize {
        if let Some(&known) = self.code.get(&address) {
            return known;
        }
        let firmware = &self.built.firmware;
        let core = firmware.core();
        let note = match (core.literal_at(address), core.callee_at(address)) {
            (Some(value), _) => match self.built.words.static_at(value) {
                Some(name) => format!("&{name}"),
                None => format!("{value:#x}"),
            },
            (_, Some(callee)) => firmware
                .frames(callee)
                .last()
                .map_or(String::new(), |it| short_function(&it.function)),
            _ => String::new(),
        };
        let places = firmware.frames(address);
        let shown = places
            .iter()
            .filter_map(|place| self.shared.sources.frame(place));
        let mut shown: Vec<Frame> = shown.collect();
        // The innermost place of the library and that of the example: the calls in between tell no more.
        let mut kinds = Vec::new();
        shown.retain(|frame| {
            !kinds.contains(&frame.kind) && {
                kinds.push(frame.kind);
                true
            }
        });
        let frames = shown
            .into_iter()
            .map(|frame| index_of(&mut self.shared.frames, frame));
        let frames = frames.collect();
        let code = Code {
            address,
            text: core.assembly_at(address).unwrap_or_default(),
            note,
            cycles: None,
            frames,
        };
        self.build.code.push(code);
        self.taken.push(false);
        self.code.insert(address, self.build.code.len() - 1);
        self.build.code.len() - 1
    }

    /// The word or the part of a word at an address; `len` in bytes for a part.
    fn word(&mut self, meeting: &Meeting<'_>, address: u32, len: Option<u32>) -> usize {
        if let Some(&known) = self.words.get(&address) {
            return known;
        }
        let named = self.built.words.at(address);
        let (name, size, is_bool) = match named {
            Some(it) if it.name.starts_with("__ANSWERS") => ("answer".to_owned(), it.size, false),
            Some(it) => (it.name, it.size, it.is_bool),
            None => (format!("{address:#x}"), 4, false),
        };
        // A struct that has not been taken apart is one word here.
        let size = len.unwrap_or(if matches!(size, 1 | 2) { size } else { 4 });
        let format = self.formats.iter().find(|(end, _)| name.ends_with(end));
        let otherwise = if is_bool { Format::Bool } else { Format::Plain };
        let whole = meeting.initial_word(address & !3).unwrap_or_default();
        self.build.words.push(Word {
            addr: address,
            size,
            name,
            init: part(whole, address, size),
            fmt: format.map_or(otherwise, |it| it.1),
        });
        self.words.insert(address, self.build.words.len() - 1);
        self.build.words.len() - 1
    }
}

/// The value of some bytes of a word.
fn part(word: u32, address: u32, size: u32) -> u32 {
    word >> (address % 4 * 8) & (u32::MAX >> (32 - size * 8))
}
