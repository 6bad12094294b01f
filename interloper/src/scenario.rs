//! Which parties of an object take part in a run, and as what.

use anyhow::{Result, ensure};

use crate::{
    machine::Interrupt,
    table::{Object, Party, Reset, Role},
};

/// The most calls of one run.
pub(crate) const MAX_UNITS: usize = 16;
/// The most sequences of the calls of one run. They are all executed, and each is compared with the others.
const MAX_ORDERS: u64 = 20_000;
/// The number of the interrupt of actor 0; those below are the processor's own on RISC-V.
const FIRST_INTERRUPT: u8 = 16;

/// One way to prepare an object, and the parties that meet there.
#[derive(Clone, Debug)]
pub(crate) struct Scenario<'a> {
    pub(crate) object: &'a Object,
    pub(crate) reset: &'a Reset,
    /// The one that is interrupted first; then that of core 1, if any; then the handlers.
    pub(crate) actors: Vec<Actor<'a>>,
    pub(crate) units: Vec<Unit>,
}

/// A party in one of its roles.
#[derive(Clone, Debug)]
pub(crate) struct Actor<'a> {
    pub(crate) party: &'a Party,
    /// The core that it runs on.
    pub(crate) core: usize,
    /// The priority of a handler; `None` for what runs in thread mode.
    pub(crate) priority: Option<u8>,
    /// The index of the first of its units.
    pub(crate) first: usize,
    /// Whether the party, or the one that it is a wrong version of, must sleep where it waits.
    sleeps: bool,
}

/// One call: the unit of the sequential orders.
#[derive(Clone, Debug)]
pub(crate) struct Unit {
    pub(crate) actor: usize,
    /// How many calls of the actor come before it.
    pub(crate) place: usize,
    pub(crate) name: String,
    pub(crate) run: u32,
    pub(crate) show: u32,
    /// The function that its answers are judged by.
    pub(crate) right_run: u32,
    pub(crate) right_show: u32,
    pub(crate) extras: Vec<UnitExtra>,
}

/// An answer outside every order.
#[derive(Clone, Debug)]
pub(crate) struct UnitExtra {
    pub(crate) pattern: String,
    /// The actors during which it is allowed, a bit each.
    pub(crate) during: u32,
    pub(crate) matches: u32,
}

/// A party, one of its roles, and the core that takes its interrupt.
pub(crate) type Cast<'a> = (&'a Party, Role, usize);

impl<'a> Scenario<'a> {
    /// The scenario of these parties, unless they make more than [`MAX_UNITS`] calls, or calls with more than
    /// [`MAX_ORDERS`] sequences.
    pub(crate) fn new(object: &'a Object, reset: &'a Reset, cast: &[Cast<'a>]) -> Result<Self> {
        let mut scenario = Self {
            object,
            reset,
            actors: Vec::new(),
            units: Vec::new(),
        };
        for &(party, role, core) in cast {
            let right = party
                .right
                .as_deref()
                .and_then(|right| object.party(right))
                .unwrap_or(party);
            let priority = match role {
                Role::Irq(priority) => Some(priority),
                Role::Main | Role::Core => None,
            };
            let first = scenario.units.len();
            scenario.actors.push(Actor {
                party,
                core,
                priority,
                first,
                sleeps: party.sleeps || right.sleeps,
            });
            scenario.add_units((party, role, core), right, cast);
        }
        let calls = scenario.units.len();
        ensure!(
            calls <= MAX_UNITS,
            "the parties make {calls} calls, and {MAX_UNITS} are the most: let fewer take part (`handlers`), or make \
             fewer calls of one operation"
        );
        let orders = scenario.orders();
        ensure!(
            orders <= MAX_ORDERS,
            "the {calls} calls of the parties have {orders} sequences, and {MAX_ORDERS} are the most: let fewer take part \
             (`handlers`), or make fewer calls of one operation"
        );
        Ok(scenario)
    }

    /// The number of sequences of the calls, where those of an actor keep their order. One that has an extra is in a
    /// sequence or left out.
    fn orders(&self) -> u64 {
        let mut orders = 1;
        for (calls, unit) in (1..).zip(&self.units) {
            // n! / (k! · l! · …), a factor at a time: each quotient is the number for the calls so far.
            orders = orders * calls / (unit.place as u64 + 1);
        }
        let extras = self.units.iter().filter(|unit| !unit.extras.is_empty());
        orders << extras.count()
    }

    fn add_units(&mut self, (party, role, core): Cast<'_>, right: &Party, cast: &[Cast<'a>]) {
        let index = |party: &Party| party.roles.iter().position(|&it| it == role).unwrap_or(0);
        let (mine, rights) = (index(party), index(right));
        for (place, (call, right)) in party.calls.iter().zip(&right.calls).enumerate() {
            let extras = call.extras.iter().map(|extra| UnitExtra {
                pattern: extra.pattern.clone(),
                during: bits(cast.iter().map(|&(other, _, its_core)| {
                    let is_there = !extra.elsewhere || its_core != core;
                    is_there && extra.during.contains(&other.name)
                })),
                matches: extra.matches[mine],
            });
            self.units.push(Unit {
                actor: self.actors.len() - 1,
                place,
                name: call.name.clone(),
                run: call.run[mine],
                show: call.show[mine],
                right_run: right.run[rights],
                right_show: right.show[rights],
                extras: extras.filter(|extra| extra.during != 0).collect(),
            });
        }
    }

    /// How many cores it needs.
    pub(crate) fn cores(&self) -> usize {
        self.actors
            .iter()
            .map(|actor| actor.core + 1)
            .max()
            .unwrap_or(1)
    }

    /// The interrupt of a handler, at the call of this place.
    pub(crate) fn interrupt(&self, actor: usize, place: usize) -> Option<Interrupt> {
        let Actor {
            priority, first, ..
        } = self.actors[actor];
        let handler = self.units[first + place].run;
        Some(Interrupt {
            number: FIRST_INTERRUPT + actor as u8,
            priority: priority?,
            handler,
        })
    }

    /// The actor that an interrupt belongs to.
    pub(crate) fn actor_of(&self, number: u8) -> usize {
        usize::from(number - FIRST_INTERRUPT)
    }

    /// Whether an actor must sleep where it waits.
    pub(crate) fn sleeps(&self, actor: usize) -> bool {
        self.actors[actor].sleeps
    }

    /// The number of calls that an actor makes.
    pub(crate) fn calls(&self, actor: usize) -> usize {
        self.actors[actor].party.calls.len()
    }

    /// The name of an actor: that of its party, with the priority where the party takes part twice.
    pub(crate) fn actor_name(&self, actor: usize) -> String {
        let Actor {
            party, priority, ..
        } = &self.actors[actor];
        let is_again =
            |(other, it): (usize, &Actor<'_>)| other != actor && it.party.name == party.name;
        match priority {
            Some(priority) if self.actors.iter().enumerate().any(is_again) => {
                format!("{}@{priority}", party.name)
            }
            _ => party.name.clone(),
        }
    }

    /// The name of a unit: `replace`, or `replace.enqueue` where the party makes several calls.
    pub(crate) fn unit_name(&self, unit: usize) -> String {
        let Unit { actor, name, .. } = &self.units[unit];
        let party = self.actor_name(*actor);
        if self.calls(*actor) == 1 {
            party
        } else {
            format!("{party}.{name}")
        }
    }
}

fn bits(flags: impl Iterator<Item = bool>) -> u32 {
    flags
        .enumerate()
        .map(|(index, flag)| u32::from(flag) << index)
        .sum()
}

#[cfg(test)]
pub(crate) mod testing {
    use super::*;
    use crate::table::{Call, Extra};

    fn party(name: &str, role: Role, during: Option<&str>) -> Party {
        let extras = during.map(|during| Extra {
            pattern: "None".into(),
            during: vec![during.into()],
            matches: vec![0x300],
            elsewhere: false,
        });
        let call = Call {
            name: name.into(),
            run: vec![0x100],
            show: vec![0x200],
            extras: extras.into_iter().collect(),
        };
        Party {
            name: name.into(),
            roles: vec![role],
            calls: vec![call],
            uses: Vec::new(),
            when: None,
            sleeps: false,
            right: None,
            caught_by: Vec::new(),
        }
    }

    /// `main` and `irq`; the answers of `irq` have an extra during `during`.
    pub(crate) fn object(during: Option<&str>) -> Object {
        Object {
            name: "object".into(),
            resets: vec![Reset {
                name: "full".into(),
                run: None,
            }],
            parties: vec![
                party("main", Role::Main, None),
                party("irq", Role::Irq(1), during),
            ],
            ..Object::default()
        }
    }

    /// Both parties on core 0.
    pub(crate) fn two_parties(object: &Object) -> Scenario<'_> {
        let cast: Vec<Cast<'_>> = object
            .parties
            .iter()
            .map(|party| (party, party.roles[0], 0))
            .collect();
        Scenario::new(object, &object.resets[0], &cast).expect("two calls")
    }
}

#[cfg(test)]
mod tests {
    use super::{
        testing::{object, two_parties},
        *,
    };

    /// Three parties of five calls would take minutes to order, and gigabytes.
    #[test]
    fn more_calls_than_can_be_ordered_are_refused() {
        let object = object(Some("main"));
        let orders = |calls: &[usize]| {
            let parties: Vec<_> = calls
                .iter()
                .map(|&calls| Party {
                    calls: vec![object.parties[0].calls[0].clone(); calls],
                    ..object.parties[0].clone()
                })
                .collect();
            let cast: Vec<Cast<'_>> = parties.iter().map(|it| (it, Role::Main, 0)).collect();
            let scenario = Scenario::new(&object, &object.resets[0], &cast);
            scenario.map(|it| it.orders()).map_err(|it| it.to_string())
        };
        assert_eq!(orders(&[1, 1]), Ok(2));
        assert_eq!(orders(&[2, 3, 1]), Ok(60));
        assert_eq!(orders(&[8, 8]), Ok(12_870));
        assert!(
            orders(&[5, 5, 5])
                .unwrap_err()
                .contains("have 756756 sequences")
        );
        assert!(orders(&[16, 1]).unwrap_err().contains("make 17 calls"));
        assert_eq!(
            two_parties(&object).orders(),
            4,
            "with the extra, without it"
        );
    }

    #[test]
    fn an_extra_of_elsewhere_needs_the_other_core() {
        let mut object = object(Some("main"));
        object.parties[1].calls[0].extras[0].elsewhere = true;
        for (core, during) in [(0, None), (1, Some(1))] {
            let parties = object.parties.iter().zip([0, core]);
            let cast: Vec<Cast<'_>> = parties
                .map(|(party, core)| (party, party.roles[0], core))
                .collect();
            let scenario = Scenario::new(&object, &object.resets[0], &cast).unwrap();
            let extra = scenario.units[1].extras.first();
            assert_eq!(extra.map(|extra| extra.during), during);
        }
    }
}
