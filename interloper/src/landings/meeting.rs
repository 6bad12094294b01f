//! Main, and the handlers that interrupt it.

use anyhow::Result;

use super::{Call, End, Order, Request, Run, Step};
use crate::{
    check::{Bench, Stage},
    explorer::{Request as Raised, observe},
    failure::Kind,
    helper::{Helper, TextId},
    machine::{Arm, Core},
    oracle::{Observed, Orders},
    scenario::Scenario,
};

/// Parties of an object that meet: main, and the handlers that interrupt it.
pub struct Meeting<'a, C = Arm> {
    bench: Bench<'a, C>,
    stage: Stage<'a, C>,
    own: Orders,
}

impl<'a, C: Core> Meeting<'a, C> {
    pub(super) fn new(bench: Bench<'a, C>, scenario: Scenario<'a>) -> Result<Self> {
        let mut stage = bench.stage(scenario)?;
        let mut alone = stage.scenario.clone();
        for unit in &mut alone.units {
            (unit.right_run, unit.right_show) = (unit.run, unit.show);
        }
        let own = Orders::run(&alone, &bench.cores, &stage.memory, &mut stage.helper);
        Ok(Self { bench, stage, own })
    }

    /// The calls of a run.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        let scenario = &self.stage.scenario;
        let calls = scenario.units.iter().map(|unit| Call {
            lane: unit.actor,
            priority: scenario.actors[unit.actor].priority,
            run: unit.run,
            show: unit.show,
        });
        calls.collect()
    }

    /// The function that prepares the object, if it is not prepared from the start.
    #[must_use]
    pub fn reset(&self) -> Option<u32> {
        self.stage.scenario.reset.run
    }

    /// The function that writes the state to [`Firmware::text`](super::Firmware::text).
    #[must_use]
    pub fn state(&self) -> Option<u32> {
        self.stage.scenario.object.state
    }

    /// Where a handler returns to that interrupts a restartable sequence before the instruction at this address.
    #[must_use]
    pub fn restart(&self, address: u32) -> Option<u32> {
        self.stage.scenario.object.restart(address)
    }

    /// What the parties may answer.
    #[must_use]
    pub fn orders(&self) -> Vec<Order> {
        orders(&self.stage, &self.stage.orders)
    }

    /// What they answer one after the other; it differs from [`orders`](Self::orders) where a version is wrong without
    /// an interrupt.
    #[must_use]
    pub fn own_orders(&self) -> Vec<Order> {
        orders(&self.stage, &self.own)
    }

    /// The word at an address before main begins.
    #[must_use]
    pub fn initial_word(&self, address: u32) -> Option<u32> {
        self.stage.memory.word(address)
    }

    /// Runs main with these interrupts; `None` if one of them is not enabled at its point.
    ///
    /// # Panics
    ///
    /// If a request is of no handler of the meeting, or two are of the same: a handler runs once.
    pub fn run(&mut self, requests: &[Request]) -> Option<Run> {
        check(requests, self.stage.scenario.actors.len());
        let Stage {
            scenario,
            memory,
            helper,
            ..
        } = &mut self.stage;
        let raised: Vec<_> = requests
            .iter()
            .map(|request| Raised {
                actor: request.handler,
                before: request.before,
            })
            .collect();
        let image = self.bench.image;
        let seen = observe(scenario, image, &self.bench.cores, memory, helper, &raised);
        if seen.is_refused {
            return None;
        }
        let steps = seen.seen.into_iter().map(|it| Step {
            lane: it.actor,
            address: it.pc,
            access: it.access,
            part: it.part,
            words: it.words,
            masked: it.masked,
            returns: it.returns,
            sleeps: it.sleeps,
        });
        Some(Run {
            steps: steps.collect(),
            taken: seen.taken,
            asleep: seen.asleep,
            end: match &seen.stopped {
                None => End::Returned,
                Some(Kind::Asleep) => End::Asleep,
                Some(kind) => End::Stopped(kind.to_string()),
            },
            answers: answers(&self.stage, &seen.observed),
            state: text(&self.stage.helper, seen.observed.state),
            explained: match seen.stopped {
                None => self
                    .stage
                    .orders
                    .explaining(&self.stage.scenario, &seen.observed),
                Some(_) => vec![false; self.stage.orders.orders.len()],
            },
        })
    }
}

impl<C> core::fmt::Debug for Meeting<'_, C> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Meeting")
            .field("object", &self.stage.scenario.object.name)
            .finish_non_exhaustive()
    }
}

/// Panics unless each request is of a handler of its own, from 1 to below `lanes`.
fn check(requests: &[Request], lanes: usize) {
    for (index, request) in requests.iter().enumerate() {
        let handler = request.handler;
        assert!(
            (1..lanes).contains(&handler),
            "there is no handler {handler}: the meeting has {}",
            lanes - 1
        );
        let is_again = requests[..index].iter().any(|it| it.handler == handler);
        assert!(!is_again, "two requests are of handler {handler}");
    }
}

fn text(helper: &Helper<impl Core>, text: Option<TextId>) -> Option<String> {
    text.map(|text| helper.get(text).to_owned())
}

fn answers(stage: &Stage<'_, impl Core>, observed: &Observed) -> Vec<Option<String>> {
    let units = 0..stage.scenario.units.len();
    let answers = units.map(|unit| observed.answers[unit].map(|answer| answer.text));
    answers.map(|answer| text(&stage.helper, answer)).collect()
}

fn orders(stage: &Stage<'_, impl Core>, orders: &Orders) -> Vec<Order> {
    let orders = orders.orders.iter().map(|order| Order {
        lanes: order.sequence.clone(),
        answers: (0..stage.scenario.units.len())
            .map(|unit| text(&stage.helper, order.answers[unit]))
            .collect(),
        state: text(&stage.helper, order.state),
    });
    orders.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn requests(handlers: &[usize]) -> Vec<Request> {
        let requests = handlers.iter();
        requests
            .map(|&handler| Request { handler, before: 0 })
            .collect()
    }

    #[test]
    fn each_handler_is_requested_once_or_not_at_all() {
        check(&requests(&[2, 1]), 3);
        check(&[], 1);
    }

    #[test]
    #[should_panic(expected = "there is no handler 0")]
    fn main_is_no_handler() {
        check(&requests(&[0]), 3);
    }

    #[test]
    #[should_panic(expected = "there is no handler 3: the meeting has 2")]
    fn a_request_is_of_a_handler_of_the_meeting() {
        check(&requests(&[1, 3]), 3);
    }

    #[test]
    #[should_panic(expected = "two requests are of handler 1")]
    fn a_handler_does_not_run_twice() {
        check(&requests(&[1, 2, 1]), 3);
    }
}
