//! What the operations answer when they run one after the other.

use crate::{case::Case, object::Idle, serial};

/// The answers of main, of the first and of the second handler, and the state after all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) answers: [u64; 3],
    pub(crate) state: u64,
}

/// Which party comes how manyth; `None` for one that is left out.
type Order = [Option<u8>; 3];

/// What each order gives.
#[derive(Debug)]
pub(crate) struct Orders {
    known: [(Order, Outcome); Self::MOST],
    count: usize,
}

/// What a landing is judged to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// One of the orders.
    Ordered,
    /// One of the orders without those who gave an extra answer; a bit for each of these answers.
    Extra(u32),
    Wrong,
}

impl Orders {
    /// Three parties in 6 orders, three times two in 2.
    const MOST: usize = 12;

    /// Runs the operations of the case in every order; of the first two parties, at depth 1.
    pub(crate) fn of(case: &Case, variant: u32, depth: u32) -> Self {
        const TWO: &[Order] = &[
            [Some(0), Some(1), None],
            [Some(1), Some(0), None],
            [Some(0), None, None],
            [None, Some(0), None],
        ];
        const THREE: &[Order] = &[
            [Some(0), Some(1), Some(2)],
            [Some(0), Some(2), Some(1)],
            [Some(1), Some(0), Some(2)],
            [Some(1), Some(2), Some(0)],
            [Some(2), Some(0), Some(1)],
            [Some(2), Some(1), Some(0)],
            [Some(0), Some(1), None],
            [Some(1), Some(0), None],
            [Some(0), None, Some(1)],
            [Some(1), None, Some(0)],
            [None, Some(0), Some(1)],
            [None, Some(1), Some(0)],
        ];
        let mut orders = Self {
            known: [Default::default(); Self::MOST],
            count: 0,
        };
        for order in if depth == 1 { TWO } else { THREE } {
            if case.waits && order[0] == Some(0) {
                continue;
            }
            orders.known[orders.count] = (*order, perform(case, variant, order));
            orders.count += 1;
        }
        orders
    }

    /// Judges a landing. `before(a, b)`: party `a` had ended when `b` began.
    pub(crate) fn judge(
        &self,
        case: &Case,
        depth: u32,
        seen: &Outcome,
        before: impl Fn(usize, usize) -> bool,
    ) -> Verdict {
        let mut verdict = Verdict::Wrong;
        for (order, outcome) in &self.known[..self.count] {
            if outcome.state != seen.state || !is_possible(order, &before) {
                continue;
            }
            let mut extras = 0;
            let parties = if depth == 1 { 0..2 } else { 0..3 };
            let fits = parties.into_iter().all(|party| match order[party] {
                Some(_) => outcome.answers[party] == seen.answers[party],
                None => {
                    let mut allowed = case.extras_of(party);
                    let extra = allowed.find(|(_, extra)| extra.answer == seen.answers[party]);
                    extras |= extra.map_or(0, |(index, _)| 1 << index);
                    extra.is_some()
                }
            });
            if fits && extras == 0 {
                return Verdict::Ordered;
            }
            if fits {
                verdict = Verdict::Extra(extras);
            }
        }
        // An operation that had nobody in progress beside it has no excuse.
        let alone = before(0, 1) || before(1, 0);
        if depth == 1 && alone {
            return Verdict::Wrong;
        }
        verdict
    }
}

fn is_possible(order: &Order, before: impl Fn(usize, usize) -> bool) -> bool {
    let parties = || order.iter().enumerate();
    parties().all(|(a, place_of_a)| {
        parties().all(|(b, place_of_b)| match (place_of_a, place_of_b) {
            (Some(of_a), Some(of_b)) => !before(a, b) || of_a < of_b,
            _ => true,
        })
    })
}

fn perform(case: &Case, variant: u32, order: &Order) -> Outcome {
    serial::rebase();
    (case.setting.reset)(&mut Idle::between_landings(), variant);
    let mut answers = [0; 3];
    for place in 0..3 {
        for (party, op) in case.parties.iter().enumerate() {
            if order[party] == Some(place) {
                answers[party] = (op.run)();
            }
        }
    }
    Outcome {
        answers,
        state: (case.setting.state)(),
    }
}
