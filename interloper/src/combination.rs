//! Which parties of an object meet in one test.

use crate::{
    scenario::Cast,
    table::{Known, Object, Party, Role},
};

/// The parties of one test.
#[derive(Clone, Debug)]
pub(crate) struct Combination<'a> {
    pub(crate) object: &'a Object,
    /// What is interrupted first, then the party on core 1, then the handlers.
    pub(crate) parties: Vec<(&'a Party, Role)>,
    pub(crate) expected: Expected<'a>,
}

/// The most handlers of a test.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Depth {
    most: usize,
    /// Whether the clause `handlers` of an object replaces it, also by a larger number.
    is_default: bool,
}

impl Depth {
    /// Unless the object has a number of its own.
    pub(crate) fn default_of(most: usize) -> Self {
        Self {
            most,
            is_default: true,
        }
    }

    /// For all objects but those that have a smaller number of their own.
    pub(crate) fn at_most(most: usize) -> Self {
        Self {
            most,
            is_default: false,
        }
    }

    fn of(self, object: &Object) -> usize {
        match object.handlers {
            Some(own) if self.is_default => own,
            Some(own) => own.min(self.most),
            None => self.most,
        }
    }
}

/// What the table expects of a combination.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expected<'a> {
    /// No run fails.
    Holds,
    /// One of the parties is a wrong version: a run fails.
    Caught,
    /// One of the parties is a wrong version, and one of those that catch it is missing: no run fails.
    Escapes,
    /// A run fails, for this reason.
    Known(&'a str),
}

impl<'a> Combination<'a> {
    /// Every combination on one core, or on two, with at most `depth` handlers.
    pub(crate) fn all(object: &'a Object, depth: Depth, cores: bool) -> Vec<Self> {
        let depth = depth.of(object);
        let parties = |role: fn(Role) -> bool| {
            let parties = object.parties.iter().filter(|party| party.right.is_none());
            parties.flat_map(move |party| instances(party, role))
        };
        let mains = parties(|role| role == Role::Main);
        let handlers: Vec<_> = parties(|role| matches!(role, Role::Irq(_))).collect();
        let mut all = Vec::new();
        for main in mains {
            if cores {
                for other in parties(|role| role == Role::Core) {
                    with_handlers(object, &[main, other], &handlers, 0..=depth, &mut all);
                }
            } else {
                with_handlers(object, &[main], &handlers, 1..=depth, &mut all);
            }
        }
        for wrong in object.parties.iter().filter(|party| party.right.is_some()) {
            let caught = Self::of_wrong(object, wrong).filter(|it| it.uses_two_cores() == cores);
            all.extend(caught.iter().flat_map(|caught| caught.without_one(wrong)));
            all.extend(caught);
        }
        all
    }

    /// Where it takes several parties to catch a wrong version: all of them but one, whichever that is.
    fn without_one(&self, wrong: &Party) -> Vec<Self> {
        if self.parties.len() < 3 {
            return Vec::new();
        }
        let of_all = 1..self.parties.len();
        let needed = of_all.filter(|&missing| self.parties[missing].0.name != wrong.name);
        let without = needed.map(|missing| {
            let mut parties = self.parties.clone();
            parties.remove(missing);
            Self {
                object: self.object,
                parties,
                expected: Expected::Escapes,
            }
        });
        without.collect()
    }

    /// A wrong version and what catches it; `None` if their roles make no test.
    pub(crate) fn of_wrong(object: &'a Object, wrong: &'a Party) -> Option<Self> {
        let mut parties = Vec::new();
        let all = [wrong]
            .into_iter()
            .chain(wrong.caught_by.iter().filter_map(|name| object.party(name)));
        let mut all: Vec<_> = all.collect();
        // The first that can be is the one that is interrupted.
        let main = all
            .iter()
            .position(|party| party.roles.contains(&Role::Main))?;
        parties.push((all.remove(main), Role::Main));
        for party in all {
            // Two handlers may have the same priority, and then do not interrupt one another.
            let taken = |role: &Role| {
                let is_here = |other: &Party| *role == Role::Core || other.name == party.name;
                parties
                    .iter()
                    .any(|&(other, it)| it == *role && is_here(other))
            };
            let roles = party
                .roles
                .iter()
                .filter(|role| **role != Role::Main && !taken(role));
            // A second core only where the party is no handler.
            let role = roles.min_by_key(|role| **role == Role::Core)?;
            parties.push((party, *role));
        }
        parties.sort_by_key(|&(_, role)| !matches!(role, Role::Main | Role::Core));
        Some(Self {
            object,
            parties,
            expected: Expected::Caught,
        })
    }

    /// Whether one of the parties runs on core 1.
    pub(crate) fn uses_two_cores(&self) -> bool {
        self.parties.iter().any(|&(_, role)| role == Role::Core)
    }

    /// How many of the parties are handlers.
    pub(crate) fn handlers(&self) -> usize {
        let is_handler = |role: &Role| matches!(role, Role::Irq(_));
        let roles = self.parties.iter().map(|(_, role)| role);
        roles.filter(|role| is_handler(role)).count()
    }

    /// The name of the test: `queue::dequeue x replace`.
    pub(crate) fn name(&self) -> String {
        let handlers = self.handlers();
        let parties = self.parties.iter().map(|&(party, role)| {
            let priorities = party
                .roles
                .iter()
                .filter(|role| matches!(role, Role::Irq(_)))
                .count();
            match role {
                Role::Irq(priority) if handlers > 1 && priorities > 1 => {
                    format!("{}@{priority}", party.name)
                }
                Role::Core => format!("{} (core 1)", party.name),
                Role::Main | Role::Irq(_) => party.name.clone(),
            }
        });
        format!(
            "{}::{}",
            self.object.name,
            parties.collect::<Vec<_>>().join(" x ")
        )
    }

    /// The parties with the core of each: on two cores, a handler interrupts the one or the other.
    ///
    /// The priority of a handler alone makes a difference only where a mask holds off some priorities: with
    /// `masks_priorities`, such a handler has its smallest and its largest.
    pub(crate) fn casts(&self, masks_priorities: bool) -> Vec<Vec<Cast<'a>>> {
        let varies = masks_priorities && self.handlers() == 1;
        let mut casts = vec![Vec::new()];
        for &(party, role) in &self.parties {
            let cores: &[usize] = match role {
                Role::Main => &[0],
                Role::Core => &[1],
                Role::Irq(_) if self.uses_two_cores() => &[0, 1],
                Role::Irq(_) => &[0],
            };
            let roles = match role {
                Role::Irq(_) if varies => extremes(party),
                _ => vec![role],
            };
            let places = roles
                .iter()
                .flat_map(|&role| cores.iter().map(move |&core| (party, role, core)));
            casts = casts
                .iter()
                .flat_map(|cast| {
                    let places = places.clone();
                    places.map(move |place| [cast.as_slice(), &[place]].concat())
                })
                .collect();
        }
        casts
    }
}

/// The roles of a handler with the smallest and the largest priority.
fn extremes(party: &Party) -> Vec<Role> {
    let mut priorities: Vec<_> = party
        .roles
        .iter()
        .filter_map(|role| match role {
            Role::Irq(priority) => Some(*priority),
            Role::Main | Role::Core => None,
        })
        .collect();
    priorities.sort_unstable();
    let [first, .., last] = priorities[..] else {
        return priorities.into_iter().map(Role::Irq).collect();
    };
    vec![Role::Irq(first), Role::Irq(last)]
}

/// A party once for each of its roles of this sort.
fn instances(party: &Party, role: fn(Role) -> bool) -> impl Iterator<Item = (&Party, Role)> {
    party
        .roles
        .iter()
        .filter(move |it| role(**it))
        .map(move |&role| (party, role))
}

/// Adds each set of handlers to the parties in thread mode.
fn with_handlers<'a>(
    object: &'a Object,
    threads: &[(&'a Party, Role)],
    handlers: &[(&'a Party, Role)],
    sizes: core::ops::RangeInclusive<usize>,
    all: &mut Vec<Combination<'a>>,
) {
    let share = |parties: &[(&Party, Role)], (party, _): (&Party, Role)| {
        parties
            .iter()
            .any(|(other, _)| object.share_a_handle(other, party))
    };
    if threads.len() == 2 && share(&threads[..1], threads[1]) {
        return;
    }
    // Sets, each extended by the handlers after its last one.
    let mut sets = vec![(threads.to_vec(), 0)];
    for size in 0..=*sizes.end() {
        for (parties, _) in sets.iter().filter(|_| sizes.contains(&size)) {
            // One handler alone: `casts` chooses its priorities.
            let is_repeated = size == 1 && {
                let (party, role) = parties[parties.len() - 1];
                party.roles.iter().find(|role| matches!(role, Role::Irq(_))) != Some(&role)
            };
            if !is_repeated {
                let names: Vec<_> = parties.iter().map(|(party, _)| &party.name).collect();
                let known = object.known.iter().find(|known| concerns(known, &names));
                let expected =
                    known.map_or(Expected::Holds, |known| Expected::Known(&known.reason));
                all.push(Combination {
                    object,
                    parties: parties.clone(),
                    expected,
                });
            }
        }
        let extend = |(parties, next): &(Vec<_>, usize)| {
            let (parties, next) = (parties.clone(), *next);
            let more = handlers
                .iter()
                .enumerate()
                .skip(next)
                .filter(|&(_, &it)| !share(&parties, it));
            let more = more.map(|(index, &it)| ([parties.as_slice(), &[it]].concat(), index + 1));
            more.collect::<Vec<_>>()
        };
        sets = sets.iter().flat_map(extend).collect();
    }
}

/// Whether the combination has what is known to fail: the same main, and the same handlers among its own.
fn concerns(known: &Known, names: &[&String]) -> bool {
    let mut rest = names.to_vec();
    let takes = |name: &String| {
        let at = rest.iter().position(|other| *other == name);
        at.map(|at| rest.remove(at)).is_some()
    };
    known.parties.first() == names.first().copied() && known.parties.iter().all(takes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Item;

    fn party(name: &str, roles: &[Role], uses: &[&str]) -> Party {
        Party {
            name: name.into(),
            roles: roles.to_vec(),
            calls: Vec::new(),
            uses: uses.iter().map(|&name| name.into()).collect(),
            when: None,
            sleeps: false,
            right: None,
            caught_by: Vec::new(),
        }
    }

    fn object(parties: Vec<Party>) -> Object {
        let handle = Item {
            name: "writer".into(),
            start: 0,
            len: 4,
            exclusive: true,
        };
        let shared = Item {
            name: "latest".into(),
            start: 4,
            len: 4,
            exclusive: false,
        };
        let (name, items) = ("object".into(), vec![handle, shared]);
        Object {
            name,
            items,
            parties,
            ..Object::default()
        }
    }

    fn names(object: &Object, depth: usize, cores: bool) -> Vec<String> {
        let all = Combination::all(object, Depth::at_most(depth), cores);
        all.iter()
            .map(|it| it.name().replace("object::", ""))
            .collect()
    }

    #[test]
    fn each_main_meets_each_set_of_handlers() {
        let object = object(vec![
            party(
                "read",
                &[Role::Main, Role::Irq(1), Role::Irq(2)],
                &["latest"],
            ),
            party("look", &[Role::Irq(1)], &["latest"]),
        ]);
        assert_eq!(names(&object, 1, false), ["read x read", "read x look"]);
        assert_eq!(
            names(&object, 2, false),
            [
                "read x read",
                "read x look",
                "read x read@1 x read@2",
                "read x read@1 x look",
                "read x read@2 x look"
            ]
        );
    }

    #[test]
    fn one_handler_beside_two_cores_has_one_priority() {
        let object = object(vec![
            party("read", &[Role::Main, Role::Core], &["latest"]),
            party("look", &[Role::Irq(1), Role::Irq(2)], &["latest"]),
        ]);
        let two = ["read x read (core 1)", "read x read (core 1) x look"];
        assert_eq!(names(&object, 1, true), two);
    }

    #[test]
    fn no_two_parties_hold_the_same_handle() {
        let object = object(vec![
            party(
                "publish",
                &[Role::Main, Role::Irq(1), Role::Core],
                &["writer"],
            ),
            party("read", &[Role::Irq(2), Role::Core], &["latest"]),
        ]);
        assert_eq!(names(&object, 2, false), ["publish x read"]);
        assert_eq!(
            names(&object, 1, true),
            ["publish x read (core 1)", "publish x read (core 1) x read"]
        );
    }

    #[test]
    fn a_table_limits_the_handlers_of_a_run() {
        let parties = vec![
            party("f", &[Role::Main], &[]),
            party("g", &[Role::Irq(1), Role::Irq(2)], &[]),
        ];
        let object = Object {
            handlers: Some(1),
            ..object(parties)
        };
        assert_eq!(names(&object, 2, false), ["f x g"]);
        let more = Object {
            handlers: Some(2),
            ..object
        };
        let all = Combination::all(&more, Depth::default_of(1), false);
        let names: Vec<_> = all.iter().map(Combination::name).collect();
        assert_eq!(names, ["object::f x g", "object::f x g@1 x g@2"]);
        assert_eq!(Combination::all(&more, Depth::at_most(1), false).len(), 1);
    }

    #[test]
    fn what_catches_a_wrong_version_interrupts_it_where_it_can() {
        let wrong = Party {
            right: Some("f".into()),
            caught_by: vec!["g".into()],
            ..party("wrong", &[Role::Main], &[])
        };
        let f = party("f", &[Role::Main], &[]);
        let of = |roles: &[Role]| object(vec![f.clone(), party("g", roles, &[]), wrong.clone()]);
        let both = of(&[Role::Core, Role::Irq(1)]);
        assert!(names(&both, 0, false).contains(&"wrong x g".to_owned()));
        let core = of(&[Role::Core]);
        assert!(names(&core, 0, true).contains(&"wrong x g (core 1)".to_owned()));
    }

    /// Else it would be enough to name fewer.
    #[test]
    fn a_wrong_version_escapes_where_one_of_those_that_catch_it_is_missing() {
        let wrong = Party {
            right: Some("f".into()),
            caught_by: vec!["g".into(), "h".into()],
            ..party("wrong", &[Role::Main], &[])
        };
        let irq = |name| party(name, &[Role::Irq(1)], &[]);
        let f = party("f", &[Role::Main], &[]);
        let object = object(vec![f, irq("g"), irq("h"), wrong]);
        let all = Combination::all(&object, Depth::at_most(1), false);
        let of = |expected: Expected<'_>| {
            let all = all.iter().filter(|it| it.expected == expected);
            all.map(Combination::name).collect::<Vec<_>>()
        };
        let escapes = ["object::wrong x h", "object::wrong x g"];
        assert_eq!(of(Expected::Escapes), escapes);
        assert_eq!(of(Expected::Caught), ["object::wrong x g x h"]);
    }

    #[test]
    fn what_is_known_of_some_parties_is_known_with_others_beside_them() {
        let parties = ["f", "g"].map(|name| party(name, &[Role::Main, Role::Irq(1)], &[]));
        let known = Known {
            parties: vec!["f".into(), "g".into()],
            reason: "why".into(),
        };
        let object = Object {
            known: vec![known],
            ..object(parties.into())
        };
        let all = Combination::all(&object, Depth::at_most(2), false);
        let known = all
            .iter()
            .filter(|it| it.expected == Expected::Known("why"));
        let known: Vec<_> = known.map(Combination::name).collect();
        assert_eq!(known, ["object::f x g", "object::f x f x g"]);
    }

    #[test]
    fn a_wrong_version_meets_what_catches_it() {
        let wrong = Party {
            right: Some("f".into()),
            caught_by: vec!["g".into()],
            ..party("wrong", &[Role::Main], &[])
        };
        let object = object(vec![
            party("f", &[Role::Main], &[]),
            party("g", &[Role::Irq(1)], &[]),
            wrong,
        ]);
        let all = Combination::all(&object, Depth::at_most(1), false);
        let caught = all.iter().filter(|it| it.expected == Expected::Caught);
        let caught: Vec<_> = caught.map(Combination::name).collect();
        assert_eq!(caught, ["object::wrong x g"]);
        assert_eq!(all.len(), 2, "a wrong version meets nothing else");
    }
}
