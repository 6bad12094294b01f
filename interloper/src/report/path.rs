//! A run in a word: the value of `INTERLOPER_REPLAY`.
//!
//! ```text
//!  full@0/12e1,20s0,31x1.2r,40c1
//!  │    │ │    │    │       └ after 40 instructions, core 1 goes on
//!  │    │ │    │    └ after 31, party 1 interrupts the instruction after 2 words; it resumes
//!  │    │ │    └ after 20, the exclusive store of core 0 fails, or its sleep ends at once
//!  │    │ └ after 12, party 1 enters
//!  │    └ the first assignment of parties to cores
//!  └ the variant of the reset; may be empty
//! ```
//!
//! `p` in place of `e`: the interrupt is pending while the core has it masked.

use core::fmt::Write as _;

use anyhow::{Context, Result, bail};

use crate::{
    failure::{Landing, What},
    scenario::Scenario,
};

/// Writes a run down.
pub(crate) fn encode(variant: &str, cast: usize, path: &[Landing]) -> String {
    let mut text = format!("{variant}@{cast}/");
    for (index, landing) in path.iter().enumerate() {
        let separator = if index == 0 { "" } else { "," };
        let Landing { step, core, .. } = landing;
        let what = match landing.what {
            What::Enter(actor) => format!("e{actor}"),
            What::Pend(actor) => format!("p{actor}"),
            What::Spurious => format!("s{core}"),
            What::Run => format!("c{core}"),
            What::Split {
                actor,
                after,
                resumes,
            } => format!("x{actor}.{after}{}", if resumes { "r" } else { "" }),
        };
        let _ = write!(text, "{separator}{step}{what}");
    }
    text
}

/// The variant, the number of the cast, and the decisions; `pc` of a decision is not part of the text.
pub(crate) fn split(text: &str) -> Result<(&str, usize, &str)> {
    let parts = || {
        let (stage, path) = text.split_once('/')?;
        let (variant, cast) = stage.rsplit_once('@')?;
        Some((variant, cast.parse().ok()?, path))
    };
    parts().with_context(|| {
        format!("INTERLOPER_REPLAY={text:?} is not of the form variant@cast/decisions")
    })
}

/// Reads the decisions of a run.
pub(crate) fn decode(path: &str, scenario: &Scenario<'_>) -> Result<Vec<Landing>> {
    path.split(',')
        .filter(|word| !word.is_empty())
        .map(|word| decision(word, scenario))
        .collect()
}

fn decision(word: &str, scenario: &Scenario<'_>) -> Result<Landing> {
    let at = word
        .find(|c: char| !c.is_ascii_digit())
        .with_context(|| format!("{word:?} decides nothing"))?;
    let (step, what) = word.split_at(at);
    let (kind, rest) = what.split_at(1);
    let number = |text: &str, below: usize| -> Result<usize> {
        let number = text
            .parse()
            .with_context(|| format!("{word:?} in INTERLOPER_REPLAY"))?;
        if number >= below {
            bail!("{word:?} in INTERLOPER_REPLAY: there are {below} only");
        }
        Ok(number)
    };
    let (actors, cores) = (scenario.actors.len(), scenario.cores());
    let what = match kind {
        "e" => What::Enter(number(rest, actors)?),
        "p" => What::Pend(number(rest, actors)?),
        "s" => What::Spurious,
        "c" => What::Run,
        "x" => {
            let (actor, after) = rest
                .split_once('.')
                .with_context(|| format!("{word:?} has no dot"))?;
            let resumes = after.ends_with('r');
            let after = number(after.trim_end_matches('r'), 256)? as u8;
            What::Split {
                actor: number(actor, actors)?,
                after,
                resumes,
            }
        }
        _ => bail!("{word:?} in INTERLOPER_REPLAY: unknown decision"),
    };
    let core = match what {
        What::Enter(actor) | What::Pend(actor) | What::Split { actor, .. } => {
            scenario.actors[actor].core
        }
        What::Spurious | What::Run => number(rest, cores)?,
    };
    Ok(Landing {
        step: step.parse()?,
        core,
        pc: 0,
        what,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::testing::{object, two_parties};

    #[test]
    fn what_is_written_is_read() {
        let object = object(None);
        let scenario = two_parties(&object);
        let decisions = [
            What::Enter(1),
            What::Pend(1),
            What::Spurious,
            What::Split {
                actor: 1,
                after: 2,
                resumes: true,
            },
            What::Split {
                actor: 1,
                after: 3,
                resumes: false,
            },
            What::Run,
        ];
        let path: Vec<_> = (1..)
            .zip(decisions)
            .map(|(step, what)| Landing {
                step,
                core: 0,
                pc: 0,
                what,
            })
            .collect();
        let text = encode("full", 2, &path);
        assert_eq!(text, "full@2/1e1,2p1,3s0,4x1.2r,5x1.3,6c0");
        let (variant, cast, rest) = split(&text).unwrap();
        assert_eq!((variant, cast), ("full", 2));
        assert_eq!(decode(rest, &scenario).unwrap(), path);
        assert_eq!(decode("", &scenario).unwrap(), []);
    }

    #[test]
    fn mistakes_are_errors() {
        let object = object(None);
        let scenario = two_parties(&object);
        for text in ["12", "12z0", "12e7", "12s1", "12x1", "e1"] {
            assert!(decode(text, &scenario).is_err(), "{text}");
        }
        for text in ["", "full", "full/1e1", "full@x/1e1"] {
            assert!(split(text).is_err(), "{text}");
        }
    }
}
