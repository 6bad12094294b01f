//! What is swept, as its author writes it down.

use crate::object::Idle;
use core::ops::Range;

/// An operation, and what it answers as a number.
///
/// The function itself is what is swept: it should do no more than the operation.
#[derive(Clone, Copy, Debug)]
pub struct Op {
    /// Its name in the report.
    pub name: &'static str,
    /// Performs it.
    pub run: fn() -> u64,
    /// Whether it is one operation after another: whoever interrupts it may see the first alone.
    pub is_several: bool,
    /// The addresses at which it has done nothing yet that lasts: interrupted there, it begins anew.
    pub sequence: Option<fn() -> Range<u32>>,
}

/// How an object is prepared and looked at.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Prepares it for one landing.
    pub reset: fn(&mut Idle, u32),
    /// How many ways there are to prepare it.
    pub variants: u32,
    /// Its state as a number.
    pub state: fn() -> u64,
}

/// Operations on one object: each of `main` is interrupted by each of `handler`.
#[derive(Clone, Copy, Debug)]
pub struct Group {
    /// The object's name in the report.
    pub object: &'static str,
    /// How it is prepared and looked at.
    pub setting: Setting,
    /// What is interrupted.
    pub main: &'static [Op],
    /// What interrupts.
    pub handler: &'static [Op],
    /// Whether `main` waits for the handler, so that it cannot come first.
    pub waits: bool,
    /// What interrupts the interrupting ones at depth 2; nothing where handlers of several priorities
    /// must not use the object.
    pub second: &'static [Op],
    /// Answers that no order of the operations gives.
    pub extras: &'static [Extra],
    /// Whether it is known to fail.
    pub expect: Expect,
    /// The wrong versions that the sweep must catch.
    pub twins: &'static [Twin],
}

/// What the author of a group knows of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// It is right.
    Holds,
    /// It hangs.
    Hangs,
}

/// An answer outside every order, allowed while the other operation is in progress.
///
/// Whoever gets it has done nothing: the rest must be as if it had not been called. An extra answer that
/// never comes is a failure.
#[derive(Clone, Copy, Debug)]
pub struct Extra {
    /// Its name in the report.
    pub name: &'static str,
    /// The interrupted operation.
    pub main: &'static str,
    /// The interrupting operation.
    pub handler: &'static str,
    /// Who gets it.
    pub by: By,
    /// The answer.
    pub answer: u64,
}

/// Whose answer it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The interrupted operation's.
    Main,
    /// The interrupting operation's.
    Handler,
}

/// A wrong version of an operation, with a handler that brings it out.
#[derive(Clone, Copy, Debug)]
pub struct Twin {
    /// The operation of the group that it is a wrong version of.
    pub of: &'static str,
    /// What is wrong.
    pub wrong: Op,
    /// What interrupts it.
    pub handler: Op,
    /// What interrupts as well, for one that takes two interrupts: at depth 1 it must look right.
    pub second: Option<Op>,
    /// How its own object is prepared and looked at.
    pub setting: Setting,
    /// Whether it waits for the handler.
    pub waits: bool,
}

/// One interrupted operation and the ones that interrupt it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Case {
    pub(crate) object: &'static str,
    pub(crate) parties: [Op; 3],
    pub(crate) setting: Setting,
    pub(crate) waits: bool,
    pub(crate) extras: &'static [Extra],
    pub(crate) kind: Kind,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    Right,
    Hangs,
    Planted {
        of: &'static str,
    },
    /// Planted, for more interrupts than there are.
    Deep {
        of: &'static str,
    },
}

impl Op {
    /// An operation of this name.
    pub const fn new(name: &'static str, run: fn() -> u64) -> Self {
        Self {
            name,
            run,
            is_several: false,
            sequence: None,
        }
    }

    /// An operation that handlers send back to the first of these addresses if they interrupt it before
    /// one of them.
    pub const fn restartable(
        name: &'static str,
        run: fn() -> u64,
        sequence: fn() -> Range<u32>,
    ) -> Self {
        Self {
            sequence: Some(sequence),
            ..Self::new(name, run)
        }
    }

    /// One operation after another, for a handler that nobody interrupts.
    pub const fn several(name: &'static str, run: fn() -> u64) -> Self {
        Self {
            is_several: true,
            ..Self::new(name, run)
        }
    }
}

impl Group {
    /// A right object without operations, to be completed.
    pub const fn new(object: &'static str, setting: Setting) -> Self {
        Self {
            object,
            setting,
            main: &[],
            handler: &[],
            waits: false,
            second: &[],
            extras: &[],
            expect: Expect::Holds,
            twins: &[],
        }
    }

    /// Every pair, or every triple, and every twin.
    pub(crate) fn cases(&'static self, depth: u32) -> impl Iterator<Item = Case> {
        let kind = match self.expect {
            Expect::Holds => Kind::Right,
            Expect::Hangs => Kind::Hangs,
        };
        const NOBODY: &[Op] = &[Op::new("-", || 0)];
        let seconds = if depth == 1 { NOBODY } else { self.second };
        let pairs = self.main.iter().flat_map(move |main| {
            let firsts = self.handler.iter();
            let firsts = firsts.filter(move |first| depth == 1 || !first.is_several);
            firsts.flat_map(move |first| seconds.iter().map(move |second| [*main, *first, *second]))
        });
        let right = pairs.map(move |parties| Case {
            object: self.object,
            parties,
            setting: self.setting,
            waits: self.waits,
            extras: self.extras,
            kind,
        });
        let planted = self.twins.iter().map(move |twin| Case {
            object: self.object,
            parties: [
                twin.wrong,
                twin.handler,
                twin.second.unwrap_or(twin.handler),
            ],
            setting: twin.setting,
            waits: twin.waits,
            extras: &[],
            kind: if depth == 1 && twin.second.is_some() {
                Kind::Deep { of: twin.of }
            } else {
                Kind::Planted { of: twin.of }
            },
        });
        let is_swept = !seconds.is_empty();
        right.chain(planted).filter(move |_| is_swept)
    }
}

impl Case {
    /// The extra answers that the party of this index may give.
    pub(crate) fn extras_of(&self, party: usize) -> impl Iterator<Item = (usize, &'static Extra)> {
        let [main, first, second] = self.parties.map(|op| op.name);
        self.extras.iter().enumerate().filter(move |(_, extra)| {
            extra.main == main
                && match party {
                    0 => extra.by == By::Main && [first, second].contains(&extra.handler),
                    1 => extra.by == By::Handler && extra.handler == first,
                    _ => extra.by == By::Handler && extra.handler == second,
                }
        })
    }
}
