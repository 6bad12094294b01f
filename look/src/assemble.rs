//! From the runs of a version to its [`Build`].

use core::ops::Range;
use std::collections::HashMap;

use anyhow::{Context, Result};
use interloper::landings::{End, Meeting, Order as Explained, Request, Run, Step as Executed};

use crate::{
    catalog::{Group, Version},
    cycles, explain,
    firmware::Built,
    record::{
        Access, Build, Code, Column, Counts, Format, Frame, Happening, Landing, Order, Outcome,
        Segment, Step, Verdict, Word,
    },
    source::{Sources, short_function},
};

/// A request that comes when main has ended, or sleeps.
const AT_THE_END: usize = usize::MAX;

/// What all builds share.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    pub(crate) sources: Sources,
    pub(crate) frames: Vec<Frame>,
    pub(crate) sentences: Vec<String>,
}

/// The index of an item, which is added if it is new.
pub(crate) fn index_of<T: PartialEq>(items: &mut Vec<T>, item: T) -> usize {
    let known = items.iter().position(|it| *it == item);
    known.unwrap_or_else(|| {
        items.push(item);
        items.len() - 1
    })
}

/// Builds the record of a version.
pub(crate) struct Assembly<'a> {
    built: &'a Built,
    shared: &'a mut Shared,
    formats: &'static [(&'static str, Format)],
    has_cycles: bool,
    build: Build,
    steps: HashMap<Step, usize>,
    code: HashMap<u32, usize>,
    words: HashMap<u32, usize>,
    /// Branches that were taken.
    taken: Vec<bool>,
}

/// Runs every landing of a version.
pub(crate) fn assemble(
    (group, version): (&Group, &Version),
    (target, has_cycles): (usize, bool),
    built: &Built,
    shared: &mut Shared,
) -> Result<Build> {
    let (object, handlers) = built.parties(group.module, version.module)?;
    let mut meeting = built.firmware.meeting(&object, "main", &handlers)?;
    let mut assembly = Assembly {
        built,
        shared,
        formats: version.formats,
        has_cycles,
        build: Build {
            target,
            ..Build::default()
        },
        steps: HashMap::new(),
        code: HashMap::new(),
        words: HashMap::new(),
        taken: Vec::new(),
    };
    assembly.run(&mut meeting, handlers.len())?;
    Ok(assembly.build)
}

impl Assembly<'_> {
    fn run(&mut self, meeting: &mut Meeting<'_>, handlers: usize) -> Result<()> {
        let request = |handler, before| Request { handler, before };
        let last: Vec<_> = (1..=handlers)
            .map(|handler| request(handler, AT_THE_END))
            .collect();
        let alone = meeting
            .run(&last)
            .context("the handlers are enabled when main has ended")?;
        let main: Vec<_> = alone.steps.iter().filter(|step| step.lane == 0).collect();
        self.build.slept = main.iter().position(|step| step.sleeps);
        self.build.ends = self.build.slept.map_or(main.len(), |slept| slept + 1);
        self.build.orders = meeting.orders().iter().map(order).collect();
        self.build.own = meeting.own_orders().iter().map(order).collect();
        let steps = self.intern(meeting, &alone);
        let of_main = alone
            .steps
            .iter()
            .zip(&steps)
            .filter(|(step, _)| step.lane == 0);
        self.build
            .seqs
            .push(of_main.map(|(_, &step)| step).collect());

        for points in self.points(&alone, handlers) {
            let requests = points.iter().enumerate().map(|(index, &point)| {
                request(
                    index + 1,
                    if point == self.build.ends {
                        AT_THE_END
                    } else {
                        point
                    },
                )
            });
            if let Some(run) = meeting.run(&requests.collect::<Vec<_>>()) {
                self.land(meeting, points, &run);
            }
        }
        self.build.columns = columns(&self.build);
        if self.has_cycles {
            for (code, &taken) in self.build.code.iter_mut().zip(&self.taken) {
                code.cycles = Some(cycles::of(&code.text, taken));
            }
        }
        self.build.counts = counts(&self.build, self.has_cycles);
        explain::explain(&mut self.build, &mut self.shared.sentences);
        Ok(())
    }

    /// Every point, for one handler. For two, the points before main's accesses to what the handlers store and before
    /// its changes of the mask, in pairs: a landing at another point has the answers of the next of these.
    fn points(&self, alone: &Run, handlers: usize) -> Vec<Vec<usize>> {
        let ends = self.build.ends;
        if handlers == 1 {
            return (0..=ends).map(|point| vec![point]).collect();
        }
        let statics = self.built.firmware.statics();
        let stores = alone
            .steps
            .iter()
            .filter(|step| step.lane != 0 && step.access.writes());
        let stored: Vec<_> = stores
            .flat_map(|step| step.access.words())
            .filter(|word| statics.contains(word))
            .collect();
        let main = alone.steps.iter().filter(|step| step.lane == 0).enumerate();
        let touches = main.filter(|(_, step)| {
            step.masked.0 != step.masked.1 || step.access.words().any(|word| stored.contains(&word))
        });
        let points: Vec<_> = touches.map(|(index, _)| index).chain([ends]).collect();
        let pairs = points.iter().enumerate();
        let pairs = pairs
            .flat_map(|(at, &first)| points[at..].iter().map(move |&second| vec![first, second]));
        pairs.collect()
    }

    fn land(&mut self, meeting: &Meeting<'_>, at: Vec<usize>, run: &Run) {
        let steps = self.intern(meeting, run);
        let segments = self.segments(run, &steps);
        let ends = self.build.ends;
        // Where main ends before a point, the interrupt comes after the end.
        let taken = run.taken.iter().zip(&at);
        let taken: Vec<_> = taken
            .map(|(taken, &at)| taken.unwrap_or(at).clamp(at, ends))
            .collect();
        let outcome = self.outcome(run);
        let is_right = self.build.outcomes[outcome].legal.contains(&true);
        let of_main = run.steps.iter().filter(|step| step.lane == 0).count();
        let more = of_main as i64 - self.build.seqs[0].len() as i64;
        let kind = match () {
            () if !is_right => Verdict::Wrong,
            () if taken != at => Verdict::Masked,
            () if more > 0 && looks_again(run) && self.build.slept.is_none() => Verdict::Again,
            () => Verdict::Ok,
        };
        self.build.landings.push(Landing {
            at,
            taken,
            kind,
            asleep: run.asleep.contains(&true),
            outcome,
            run: segments,
            more,
            why: None,
            head: None,
            says: Vec::new(),
            tail: 0,
        });
    }

    fn outcome(&mut self, run: &Run) -> usize {
        let unanswered = match &run.end {
            End::Returned => "–",
            End::Asleep => "asleep for ever",
            End::Stopped(_) => "never returns",
        };
        let mut shown: Vec<_> = run
            .answers
            .iter()
            .map(|answer| self::shown(answer.as_deref(), unanswered))
            .collect();
        shown.push(run.state.clone().unwrap_or_else(|| "–".to_owned()));
        let outcome = Outcome {
            shown,
            legal: run.explained.clone(),
        };
        index_of(&mut self.build.outcomes, outcome)
    }

    /// The steps of a run, lane by lane; rows that occurred before are shared.
    fn segments(&mut self, run: &Run, steps: &[usize]) -> Vec<Segment> {
        let mut segments = Vec::new();
        let mut start = 0;
        while start < steps.len() {
            let lane = run.steps[start].lane;
            let len = run.steps[start..]
                .iter()
                .take_while(|step| step.lane == lane)
                .count();
            let row = &steps[start..start + len];
            let known = self.build.seqs.iter().enumerate().find_map(|(seq, known)| {
                let at = known.windows(len).position(|window| window == row)?;
                Some((seq, at))
            });
            let (seq, from) = known.unwrap_or_else(|| {
                self.build.seqs.push(row.to_vec());
                (self.build.seqs.len() - 1, 0)
            });
            segments.push(Segment {
                lane,
                seq,
                from,
                to: from + len,
            });
            start += len;
        }
        segments
    }

    fn intern(&mut self, meeting: &Meeting<'_>, run: &Run) -> Vec<usize> {
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

fn shown(answer: Option<&str>, unanswered: &str) -> String {
    match answer {
        Some("()") => "–".to_owned(),
        Some(answer) => answer.to_owned(),
        None => unanswered.to_owned(),
    }
}

fn order(order: &Explained) -> Order {
    let mut shown: Vec<_> = order
        .answers
        .iter()
        .map(|answer| self::shown(answer.as_deref(), "refused"))
        .collect();
    shown.push(order.state.clone().unwrap_or_else(|| "–".to_owned()));
    Order {
        lanes: order.lanes.clone(),
        shown,
    }
}

/// Whether main executes an instruction after the first interrupt that it had executed before it.
fn looks_again(run: &Run) -> bool {
    let first = run
        .steps
        .iter()
        .position(|step| step.lane != 0)
        .unwrap_or(run.steps.len());
    let of_main = |from: usize, to: usize| {
        run.steps[from..to]
            .iter()
            .filter(|step| step.lane == 0)
            .map(|step| step.address)
    };
    let before: Vec<_> = of_main(0, first).collect();
    of_main(first, run.steps.len()).any(|address| before.contains(&address))
}

/// The words that two lanes touch and one of them stores: what a picture has room for.
fn columns(build: &Build) -> Vec<Column> {
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

fn counts(build: &Build, has_cycles: bool) -> Counts {
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
