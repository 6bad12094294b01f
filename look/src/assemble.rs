//! From the runs of a version to its [`Build`].

use std::collections::HashMap;

use anyhow::{Context, Result};
use interloper::landings::{End, Meeting, Order as Explained, Request, Run};

use crate::{
    catalog::{Group, Version},
    cycles, explain,
    firmware::Built,
    record::{Build, Format, Frame, Landing, Order, Outcome, Segment, Step, Verdict},
    source::Sources,
};
use summary::{columns, counts};

mod summary;
mod tables;

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
    let parties = built.parties(group.module, version.module)?;
    let mut meeting = built.firmware.meeting(&parties)?;
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
    assembly.run(&mut meeting, parties.handlers.len())?;
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
