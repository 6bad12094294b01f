//! Runs our implementation and its rivals in turns, and computes the ratios within each turn.
//!
//! Times on a shared machine drift by more than the differences of interest. So each turn runs every
//! side once, each turn starts with another side, and only ratios *within* a turn are used.

use anyhow::Result;

use crate::{
    machine::cores,
    round::{Timing, is_crowded, rehearse, round},
    row::{Row, Unit},
    side::Side,
};

/// One operation: our implementation and its rivals.
#[derive(Debug)]
pub struct Contest {
    /// The name of the operation.
    pub name: &'static str,
    /// Our implementation.
    pub ours: Side,
    /// The rivals.
    pub rivals: Vec<Rival>,
    /// The numbers of threads.
    pub threads: &'static [usize],
}

/// A peer, and the largest accepted ratio of our time to its time.
#[derive(Debug)]
pub struct Rival {
    /// Its implementation.
    pub side: Side,
    one: Option<f64>,
    two: Option<f64>,
    instructions: Option<f64>,
}

impl Rival {
    /// A peer without a target.
    #[must_use]
    pub fn new(side: Side) -> Self {
        Self {
            side,
            one: None,
            two: None,
            instructions: None,
        }
    }

    /// A target for one thread.
    #[must_use]
    pub fn one(mut self, target: f64) -> Self {
        self.one = Some(target);
        self
    }

    /// A target for two threads.
    #[must_use]
    pub fn two(mut self, target: f64) -> Self {
        self.two = Some(target);
        self
    }

    /// A target in instructions, for one thread.
    #[must_use]
    pub fn instructions(mut self, target: f64) -> Self {
        self.instructions = Some(target);
        self
    }

    /// A target in this unit, for this number of threads.
    #[must_use]
    pub fn target(&self, unit: Unit, threads: usize) -> Option<f64> {
        if unit == Unit::Instructions {
            return self.instructions;
        }
        match threads {
            1 => self.one,
            2 => self.two,
            _ => None,
        }
    }
}

/// The durations and counts of a measurement.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    /// Turns that are timed.
    pub turns: usize,
    /// Operations of a round, by all threads together.
    pub ops: u64,
    /// The shortest round, in nanoseconds: a faster operation is repeated more often.
    pub shortest: f64,
    /// The longest round, in nanoseconds: a slower operation is repeated less often.
    pub longest: f64,
    /// Operations of each thread whose numbers are compared.
    pub rehearsal: u64,
    /// Whether the rounds are too short for reliable numbers.
    pub quick: bool,
}

impl Effort {
    /// The settings for the published tables.
    pub const FULL: Self = Self {
        turns: 9,
        ops: 4_000_000,
        shortest: 4e6,
        longest: 3e8,
        rehearsal: 100_000,
        quick: false,
    };

    /// The settings that only show that every benchmark runs.
    pub const QUICK: Self = Self {
        turns: 3,
        ops: 40_000,
        shortest: 2e5,
        longest: 2e7,
        rehearsal: 10_000,
        quick: true,
    };
}

/// A side on a number of threads.
#[derive(Debug, Clone, Copy)]
pub struct Entrant<'a> {
    /// The side.
    pub side: &'a Side,
    /// The number of threads.
    pub threads: usize,
}

/// The largest number of disturbed slices per planned slice.
const IN_VAIN: u64 = 2;

/// A round of one entrant, in slices short enough to fit between two preemptions.
#[derive(Debug, Clone, Copy)]
struct Plan {
    slices: u64,
    /// Operations of each thread in a slice.
    ops: u64,
    /// Nanoseconds after which no further slice begins.
    time: f64,
}

impl Entrant<'_> {
    fn measured(self) -> u64 {
        let measured = |thread: &usize| self.side.measures(*thread, self.threads);
        (0..self.threads).filter(measured).count() as u64
    }

    fn plan(self, effort: &Effort) -> Result<Plan> {
        const TRIAL: u64 = 2_000;
        /// Nanoseconds; a scheduler rarely preempts a thread earlier.
        const SLICE: f64 = 7e5;
        /// Nanoseconds; an operation this slow blocks and is woken.
        const LEAST: u64 = 100;
        // The median: a disturbed sample would make the rounds too short, and a sample without a blocking wait,
        // where most samples block, far too long.
        let mut trials = [0.0; 5];
        for trial in &mut trials {
            *trial = round(self.side, self.threads, TRIAL)?.wall.max(0.01);
        }
        trials.sort_by(f64::total_cmp);
        let each = trials[trials.len() / 2];
        let wanted = (effort.ops / self.measured()).max((effort.shortest / each) as u64);
        let wanted = wanted.min((effort.longest / each) as u64).max(LEAST);
        let slice = if is_crowded(self.side, self.threads) {
            wanted
        } else {
            wanted.min((SLICE / each) as u64).max(LEAST)
        };
        Ok(Plan {
            slices: wanted.div_ceil(slice),
            ops: slice,
            time: effort.longest * (1 + IN_VAIN) as f64,
        })
    }

    /// Returns as many undisturbed slices as planned, or as many as the time allows; if there are too few,
    /// returns all slices.
    fn round(self, plan: Plan) -> Result<Timing> {
        let (mut good, mut bad) = (Vec::new(), Vec::new());
        let mut spent = 0.0;
        while (good.len() as u64) < plan.slices
            && (bad.len() as u64) < plan.slices * IN_VAIN
            && spent < plan.time
        {
            let slice = round(self.side, self.threads, plan.ops)?;
            spent += slice.wall * plan.ops as f64;
            if slice.disturbed { &mut bad } else { &mut good }.push(slice);
        }
        let enough = plan.slices.min((good.len() + bad.len()) as u64);
        let disturbed = good.len() as u64 * 2 < enough;
        if disturbed {
            good.append(&mut bad);
        }
        let mean = |of: fn(&Timing) -> f64| good.iter().map(of).sum::<f64>() / good.len() as f64;
        Ok(Timing {
            wall: mean(|it| it.wall),
            cpu: mean(|it| it.cpu),
            sleeps: mean(|it| it.sleeps),
            ops: good.iter().map(|it| it.ops).sum(),
            disturbed,
        })
    }
}

/// The turns of several entrants.
#[derive(Debug)]
pub struct Turns {
    /// For each turn, the timing of each entrant.
    timings: Vec<Vec<Timing>>,
    quick: bool,
}

/// Runs all entrants in turns.
pub fn compete(entrants: &[Entrant<'_>], effort: &Effort) -> Result<Turns> {
    let mut plans = Vec::new();
    for it in entrants {
        rehearse(it.side, it.threads, effort.rehearsal)?;
        plans.push(it.plan(effort)?);
    }
    let mut timings = Vec::new();
    for turn in 0..effort.turns {
        let mut timed = vec![None; entrants.len()];
        for place in 0..entrants.len() {
            let who = (turn + place) % entrants.len();
            timed[who] = Some(entrants[who].round(plans[who])?);
        }
        timings.push(timed.into_iter().flatten().collect());
    }
    Ok(Turns {
        timings,
        quick: effort.quick,
    })
}

impl Turns {
    /// The ratio of the first entrant to the one at `rival`, in the undisturbed turns; if there are too few,
    /// in all turns.
    fn ratios(&self, rival: usize, of: fn(&Timing) -> f64) -> (Vec<f64>, usize) {
        let is_disturbed = |turn: &&Vec<Timing>| turn[0].disturbed || turn[rival].disturbed;
        let disturbed = self.timings.iter().filter(is_disturbed).count();
        let enough = (self.timings.len() - disturbed) * 3 >= self.timings.len();
        let counting = self
            .timings
            .iter()
            .filter(|turn| !enough || !is_disturbed(turn));
        (
            counting
                .map(|turn| of(&turn[0]) / of(&turn[rival]))
                .collect(),
            disturbed,
        )
    }

    /// The fewest operations of a round of either.
    fn ops(&self, rival: usize) -> u64 {
        let of = |turn: &Vec<Timing>| turn[0].ops.min(turn[rival].ops);
        self.timings.iter().map(of).min().unwrap_or(0)
    }

    /// The row that compares the first entrant with the one at `rival`.
    #[must_use]
    pub fn row(&self, rival: usize, unit: Unit) -> Row {
        let of = match unit {
            Unit::Cpu => |it: &Timing| it.cpu,
            Unit::Time | Unit::Instructions => |it: &Timing| it.wall,
        };
        let (ratios, disturbed) = self.ratios(rival, of);
        Row {
            name: String::new(),
            peer: String::new(),
            threads: 0,
            unit,
            ratios,
            target: None,
            ops: self.ops(rival),
            disturbed,
            quick: self.quick,
        }
    }

    /// The shortest time of each entrant, printed while the benchmark runs.
    #[must_use]
    pub fn scale(&self) -> String {
        self.of_each(|timings| timings.map(|it| it.wall).fold(f64::INFINITY, f64::min))
    }

    /// How often the threads of each entrant slept in an operation of one thread: the mean of all turns.
    #[must_use]
    pub fn sleeps(&self) -> String {
        let turns = self.timings.len() as f64;
        self.of_each(|timings| timings.map(|it| it.sleeps).sum::<f64>() / turns)
    }

    fn of_each(&self, figure: impl Fn(&mut dyn Iterator<Item = &Timing>) -> f64) -> String {
        let of = |who: usize| {
            let mut timings = self.timings.iter().map(|turn| &turn[who]);
            format!("{:.2}", figure(&mut timings))
        };
        let entrants = self.timings.first().map_or(0, Vec::len);
        (0..entrants).map(of).collect::<Vec<_>>().join(" : ")
    }
}

impl Contest {
    /// Runs the contest with each number of threads; returns a row for each rival.
    ///
    /// Where all threads share a core, its time is what both sides use of it: other processes do not count.
    pub fn run(&self, effort: &Effort, mut each: impl FnMut(&Row)) -> Result<()> {
        let unit = if self.ours.shares_core {
            Unit::Cpu
        } else {
            Unit::Time
        };
        for &threads in self.threads {
            let mut entrants = vec![Entrant {
                side: &self.ours,
                threads,
            }];
            entrants.extend(self.rivals.iter().map(|it| Entrant {
                side: &it.side,
                threads,
            }));
            let turns = compete(&entrants, effort)?;
            eprintln!(
                "bench: {}, {threads} threads on {} cores, ns: {}; sleeps: {}",
                self.name,
                cores().len(),
                turns.scale(),
                turns.sleeps()
            );
            for (at, rival) in self.rivals.iter().enumerate() {
                each(&Row {
                    name: self.name.into(),
                    peer: rival.side.name.into(),
                    threads,
                    target: rival.target(unit, threads),
                    ..turns.row(at + 1, unit)
                });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Effort, Entrant, Plan, Timing, Turns, compete};
    use crate::{
        row::Unit,
        side::{Side, same},
    };

    fn timing(wall: f64, disturbed: bool) -> Timing {
        Timing {
            wall,
            cpu: wall,
            sleeps: 0.0,
            ops: 1,
            disturbed,
        }
    }

    #[test]
    fn disturbed_turns_do_not_count_while_others_are_enough() {
        let turn = |ours, disturbed| vec![timing(ours, disturbed), timing(1.0, false)];
        let turns = |timings| Turns {
            timings,
            quick: true,
        };
        let few = turns(vec![turn(1.0, false), turn(9.0, true), turn(2.0, false)]);
        assert_eq!(
            (
                few.row(1, Unit::Time).ratios,
                few.row(1, Unit::Time).disturbed
            ),
            (vec![1.0, 2.0], 1)
        );
        let most = turns(vec![
            turn(1.0, true),
            turn(9.0, true),
            turn(2.0, true),
            turn(3.0, false),
        ]);
        assert_eq!(most.row(1, Unit::Cpu).ratios.len(), 4);
    }

    #[test]
    fn a_round_that_turns_out_slower_than_planned_ends() {
        let side = Side::new("a side", |_| (), |(), run| run.repeat(|_| 1), |_, _| Ok(()));
        let plan = Plan {
            slices: 100,
            ops: 10,
            time: f64::INFINITY,
        };
        let rounds = |time| {
            let round = Entrant {
                side: &side,
                threads: 1,
            }
            .round(Plan { time, ..plan });
            round.unwrap().ops / plan.ops
        };
        assert_eq!(rounds(f64::MIN_POSITIVE), 1);
        assert!(rounds(plan.time) >= plan.slices / 2);
    }

    #[test]
    fn missing_work_ends_the_contest() {
        let side = |claimed| {
            Side::new(
                "a side",
                |_| (),
                |(), run| run.repeat(|_| 1),
                move |(), done| same("work", done.sum() + claimed, done.total()),
            )
        };
        let (right, wrong) = (side(0), side(1));
        let enter = |side| Entrant { side, threads: 2 };
        assert!(compete(&[enter(&right), enter(&right)], &Effort::QUICK).is_ok());
        assert!(compete(&[enter(&right), enter(&wrong)], &Effort::QUICK).is_err());
    }
}
