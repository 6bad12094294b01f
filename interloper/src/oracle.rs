//! What the operations may answer: what they answer one after the other.
//!
//! A unit is one call. The orders are all sequences of units in which the calls of a party keep their order. A run is
//! correct if there is an order such that
//!
//! 1. each unit in the order answers as it did in the run,
//! 2. the state at the end is that of the run,
//! 3. a unit that ended before another one began comes before it,
//! 4. each unit that is not in the order gave an [extra](crate::scenario::UnitExtra) answer while one of the named
//!    parties was in progress; or its interrupt was never enabled.
//!
//! These are the conditions of linearizability (Herlihy and Wing, 1990), with extras for operations that refuse.

use crate::{
    failure::Kind,
    helper::{Helper, TextId},
    layout::stack,
    machine::{Core, Event, Memory},
    repeats::Repeats,
    scenario::{MAX_UNITS, Scenario},
};

/// The most instructions of a sequential call.
const LIMIT: u32 = 2_000_000;
/// [`LIMIT`], for a report.
const LIMIT_TEXT: &str = "2,000,000 instructions of one call, a limit that no setting raises";

/// What a run showed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Observed {
    /// What each unit answered; `None` for one that did not run.
    pub(crate) answers: [Option<Answer>; MAX_UNITS],
    /// The units that had ended when each unit began, a bit each.
    pub(crate) before: [u32; MAX_UNITS],
    /// The state at the end.
    pub(crate) state: Option<TextId>,
}

/// An answer, and which of the unit's extras it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Answer {
    pub(crate) text: TextId,
    /// A bit for each extra of the unit.
    pub(crate) extras: u32,
}

/// The units one after the other, and what they answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Order {
    pub(crate) sequence: Vec<usize>,
    /// For each unit in the sequence.
    pub(crate) answers: [Option<TextId>; MAX_UNITS],
    pub(crate) state: Option<TextId>,
}

/// Every sequential order of a scenario.
#[derive(Clone, Debug, Default)]
pub(crate) struct Orders {
    pub(crate) orders: Vec<Order>,
    /// Why an order does not run to its end, if there is such an order.
    pub(crate) impossible: Option<Kind>,
    /// The limit that was exceeded before it was known whether an order runs to its end: runs cannot be judged.
    pub(crate) unknown: Option<Kind>,
}

/// What an order explains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Ordered,
    /// The units left out, a bit each, and for each of them the lowest of its extras that the order used.
    Extra {
        units: u32,
    },
    Wrong,
}

impl Orders {
    /// Runs the parties of a scenario in every order, beginning with these cores and the memory after the reset.
    pub(crate) fn run<C: Core>(
        scenario: &Scenario<'_>,
        cores: &[C],
        memory: &Memory,
        helper: &mut Helper<C>,
    ) -> Self {
        let mut orders = Self::default();
        let order = Order {
            sequence: Vec::new(),
            answers: [None; MAX_UNITS],
            state: None,
        };
        let mut walk = Walk {
            scenario,
            helper,
            orders: &mut orders,
        };
        let machine = Machine {
            cores: cores.to_vec(),
            memory: memory.clone(),
        };
        walk.go_on(&machine, order, 0);
        orders
    }

    /// Notes why an order has no end.
    fn lose(&mut self, kind: Kind) {
        let reason = match kind {
            Kind::Limit(_) => &mut self.unknown,
            _ => &mut self.impossible,
        };
        reason.get_or_insert(kind);
    }

    /// Whether each order explains a run.
    pub(crate) fn explaining(&self, scenario: &Scenario<'_>, seen: &Observed) -> Vec<bool> {
        let orders = self.orders.iter();
        orders
            .map(|order| explains(order, scenario, seen).is_some())
            .collect()
    }

    /// Judges a run.
    pub(crate) fn judge(&self, scenario: &Scenario<'_>, seen: &Observed) -> Verdict {
        let mut verdict = Verdict::Wrong;
        for order in &self.orders {
            let Some(left_out) = explains(order, scenario, seen) else {
                continue;
            };
            if left_out == 0 {
                return Verdict::Ordered;
            }
            verdict = Verdict::Extra { units: left_out };
        }
        verdict
    }
}

/// The units that gave extra answers, if the order explains the run.
fn explains(order: &Order, scenario: &Scenario<'_>, seen: &Observed) -> Option<u32> {
    if order.state != seen.state {
        return None;
    }
    let mut left_out = 0;
    for unit in 0..scenario.units.len() {
        match (order.answers[unit], seen.answers[unit]) {
            (Some(right), Some(answer)) if right == answer.text => {}
            (None, None) => {}
            (None, Some(answer)) if is_excused(scenario, seen, unit, answer) => {
                left_out |= 1 << unit;
            }
            _ => return None,
        }
    }
    let keeps_time = order.sequence.iter().enumerate().all(|(place, &unit)| {
        order.sequence[place + 1..]
            .iter()
            .all(|&later| seen.before[unit] >> later & 1 == 0)
    });
    keeps_time.then_some(left_out)
}

/// Whether the answer is an extra of the unit, and one of the parties that it names was in progress.
fn is_excused(scenario: &Scenario<'_>, seen: &Observed, unit: usize, answer: Answer) -> bool {
    let actor = scenario.units[unit].actor;
    let during = scenario.units[unit].extras.iter().enumerate();
    let during = during.filter(|&(index, _)| answer.extras >> index & 1 != 0);
    let during = during.fold(0, |during, (_, extra)| during | extra.during);
    scenario.units.iter().enumerate().any(|(other, it)| {
        it.actor != actor
            && during >> it.actor & 1 != 0
            && seen.answers[other].is_some()
            && seen.before[unit] >> other & 1 == 0
            && seen.before[other] >> unit & 1 == 0
    })
}

struct Walk<'a, C> {
    scenario: &'a Scenario<'a>,
    helper: &'a mut Helper<C>,
    orders: &'a mut Orders,
}

/// The cores and their memory between two calls.
#[derive(Clone)]
pub(crate) struct Machine<C> {
    pub(crate) cores: Vec<C>,
    pub(crate) memory: Memory,
}

impl<C: Core> Walk<'_, C> {
    /// Extends an order by each unit that can come next. `passed` has the units that are in it or left out.
    fn go_on(&mut self, machine: &Machine<C>, order: Order, passed: u32) {
        let scenario = self.scenario;
        let mut is_complete = true;
        for (unit, it) in scenario.units.iter().enumerate() {
            let is_next =
                passed >> unit & 1 == 0 && (it.place == 0 || passed >> (unit - 1) & 1 != 0);
            if !is_next {
                continue;
            }
            let passed = passed | 1 << unit;
            if !it.extras.is_empty() {
                self.go_on(machine, order.clone(), passed);
            }
            match self.is_enabled(&machine.memory, unit) {
                Ok(true) => {}
                Ok(false) => continue,
                Err(kind) => {
                    self.orders.lose(kind);
                    continue;
                }
            }
            is_complete = false;
            match self.call(machine, unit) {
                Ok((after, answer)) => {
                    let mut order = order.clone();
                    order.sequence.push(unit);
                    order.answers[unit] = Some(answer);
                    self.go_on(&after, order, passed);
                }
                Err(kind) => self.orders.lose(kind),
            }
        }
        if is_complete {
            self.end(&machine.memory, order);
        }
    }

    fn is_enabled(&mut self, memory: &Memory, unit: usize) -> Result<bool, Kind> {
        let it = &self.scenario.units[unit];
        let actor = &self.scenario.actors[it.actor];
        match actor.party.when {
            Some(when) if it.place == 0 => self.helper.condition(memory, when, actor.core),
            _ => Ok(true),
        }
    }

    fn end(&mut self, memory: &Memory, mut order: Order) {
        if let Some(state) = self.scenario.object.state {
            match self.helper.text(memory, state, 0) {
                Ok(state) => order.state = Some(state),
                Err(kind) => {
                    self.orders.lose(kind);
                    return;
                }
            }
        }
        if !self.orders.orders.contains(&order) {
            self.orders.orders.push(order);
        }
    }

    fn call(&mut self, machine: &Machine<C>, unit: usize) -> Result<(Machine<C>, TextId), Kind> {
        let it = &self.scenario.units[unit];
        let actor = &self.scenario.actors[it.actor];
        let mut machine = machine.clone();
        // The entry of a handler is an event, and so is its return.
        if actor.priority.is_some() {
            machine.cores[actor.core].signal();
        }
        machine.run_alone(actor.core, it.right_run, self.helper)?;
        if actor.priority.is_some() {
            machine.cores[actor.core].signal();
        }
        let text = self
            .helper
            .text(&machine.memory, it.right_show, actor.core)?;
        Ok((machine, text))
    }
}

impl<C: Core> Machine<C> {
    /// Calls a function on a core without an interrupt.
    pub(crate) fn run_alone(
        &mut self,
        on: usize,
        entry: u32,
        helper: &Helper<C>,
    ) -> Result<(), Kind> {
        let Self { cores, memory } = self;
        cores[on].call(entry, stack(memory, on));
        let mut repeats = Repeats::default();
        for _ in 0..LIMIT {
            if cores[on].pc() == helper.panic_entry() {
                let message = helper.panic_message(cores[on].clone(), memory.clone());
                return Err(Kind::Panic(message));
            }
            let event = cores[on].step(memory).map_err(Kind::Fault)?;
            for other in (0..cores.len()).filter(|&other| other != on) {
                if cores[other].observe(memory.access()) || event == Event::SendEvent {
                    cores[other].signal();
                }
            }
            match event {
                Event::Step | Event::SendEvent => {}
                Event::Return { .. } => {
                    memory.clear_stack(stack(memory, on));
                    return Ok(());
                }
                Event::WaitForInterrupt | Event::WaitForEvent => return Err(Kind::Asleep),
                Event::ExceptionReturn { .. } => unreachable!("no interrupt is active"),
            }
            if repeats.is_met(&cores[on], memory) {
                return Err(Kind::Hang);
            }
        }
        Err(Kind::Limit(LIMIT_TEXT))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        layout::Map,
        machine::{Arm, Flash, Profile},
        scenario::testing::{object, two_parties},
    };

    /// What a call does whose code consists of these halfwords.
    fn run(code: &[u16]) -> Result<(), Kind> {
        let map = Map::ARM;
        let bytes = code.iter().flat_map(|half| half.to_le_bytes());
        let flash = Flash::new(map.flash, bytes.collect::<Vec<u8>>());
        let cores = vec![Arm::new(Profile::Armv6M, &flash)];
        let memory = Memory::new(flash, map.ram..map.statics());
        let helper = Helper::new(&cores, map.ram, 0);
        Machine { cores, memory }.run_alone(0, map.flash, &helper)
    }

    #[test]
    fn a_hang_is_a_state_that_repeats_and_a_long_call_exceeds_a_limit() {
        // b to itself
        assert_eq!(run(&[0xe7fe, 0]), Err(Kind::Hang));
        // ldr r0, [pc, #8]; subs r0, #1; bne to the subs; bx lr; 120,000
        let long = [0x4801, 0x3801, 0xd1fd, 0x4770, 0xd4c0, 0x0001];
        assert_eq!(run(&long), Ok(()));
        // adds r0, #1; b to the adds
        assert_eq!(run(&[0x3001, 0xe7fd]), Err(Kind::Limit(LIMIT_TEXT)));
    }

    #[test]
    fn an_order_that_exceeds_the_limit_is_not_an_order_that_hangs() {
        let mut orders = Orders::default();
        orders.lose(Kind::Limit(LIMIT_TEXT));
        orders.lose(Kind::Asleep);
        let lost = (orders.unknown, orders.impossible);
        assert_eq!(lost, (Some(Kind::Limit(LIMIT_TEXT)), Some(Kind::Asleep)));
    }

    fn seen(texts: [u32; 2], before: [u32; 2], extras: [u32; 2]) -> Observed {
        let mut seen = Observed {
            answers: [None; MAX_UNITS],
            before: [0; MAX_UNITS],
            state: Some(TextId(9)),
        };
        for unit in 0..2 {
            seen.answers[unit] = Some(Answer {
                text: TextId(texts[unit]),
                extras: extras[unit],
            });
            seen.before[unit] = before[unit];
        }
        seen
    }

    fn order(sequence: &[usize], texts: &[(usize, u32)]) -> Order {
        let mut answers = [None; MAX_UNITS];
        texts
            .iter()
            .for_each(|&(unit, text)| answers[unit] = Some(TextId(text)));
        Order {
            sequence: sequence.to_vec(),
            answers,
            state: Some(TextId(9)),
        }
    }

    #[test]
    fn answers_and_state_must_be_those_of_one_order() {
        let object = object(None);
        let scenario = two_parties(&object);
        let orders = Orders {
            orders: vec![
                order(&[0, 1], &[(0, 1), (1, 2)]),
                order(&[1, 0], &[(0, 3), (1, 4)]),
            ],
            ..Orders::default()
        };
        let judge = |seen: &Observed| orders.judge(&scenario, seen);
        assert_eq!(judge(&seen([1, 2], [0, 0], [0, 0])), Verdict::Ordered);
        assert_eq!(judge(&seen([3, 4], [0, 0], [0, 0])), Verdict::Ordered);
        assert_eq!(
            judge(&seen([1, 4], [0, 0], [0, 0])),
            Verdict::Wrong,
            "half of each order"
        );
        let other_state = Observed {
            state: Some(TextId(8)),
            ..seen([1, 2], [0, 0], [0, 0])
        };
        assert_eq!(judge(&other_state), Verdict::Wrong);
    }

    #[test]
    fn a_call_that_had_ended_comes_first() {
        let object = object(None);
        let scenario = two_parties(&object);
        let orders = Orders {
            orders: vec![order(&[0, 1], &[(0, 1), (1, 2)])],
            ..Orders::default()
        };
        assert_eq!(
            orders.judge(&scenario, &seen([1, 2], [0, 1], [0, 0])),
            Verdict::Ordered
        );
        // Unit 1 had ended when unit 0 began.
        assert_eq!(
            orders.judge(&scenario, &seen([1, 2], [2, 0], [0, 0])),
            Verdict::Wrong
        );
    }

    #[test]
    fn an_extra_answer_needs_the_other_party_in_progress() {
        let object = object(Some("main"));
        let scenario = two_parties(&object);
        let orders = Orders {
            orders: vec![order(&[0], &[(0, 1)])],
            ..Orders::default()
        };
        let judge = |seen: &Observed| orders.judge(&scenario, seen);
        assert_eq!(
            judge(&seen([1, 7], [0, 0], [0, 1])),
            Verdict::Extra { units: 2 }
        );
        assert_eq!(
            judge(&seen([1, 7], [0, 1], [0, 1])),
            Verdict::Wrong,
            "main had ended"
        );
        assert_eq!(
            judge(&seen([1, 7], [2, 0], [0, 1])),
            Verdict::Wrong,
            "main had not begun"
        );
        assert_eq!(
            judge(&seen([1, 7], [0, 0], [0, 0])),
            Verdict::Wrong,
            "another answer"
        );
    }
}
