//! Reads the records that `object!` left in the flash.

use core::ops::Range;
use std::collections::BTreeMap;

use anyhow::{Context, Result, bail, ensure};

use crate::{
    combination::Combination,
    machine::Memory,
    table::{Call, Check, Extra, Item, Known, Object, Party, Reset, Role, reset_clause},
};

/// `VERSION` of the records that this host reads.
const VERSION: u32 = 4;
/// The order is that of `Kind` in `interloper-table`.
const KINDS: [fn(&mut Object, &mut Reader<'_>) -> Result<()>; 9] = [
    item, reset, party, state, always, finally, known, handlers, restarts,
];

/// Reads one record after the other, word by word.
struct Reader<'a> {
    memory: &'a Memory,
    at: u32,
}

/// Every object of the section at `records`, which is an array of pointers.
pub(super) fn read(memory: &Memory, records: Range<u32>) -> Result<Vec<Object>> {
    let mut clauses = Vec::new();
    for pointer in records.step_by(4) {
        let at = Reader {
            memory,
            at: pointer,
        }
        .word()?;
        let mut reader = Reader { memory, at };
        let version = reader.word()?;
        ensure!(
            version == VERSION,
            "the table has records of version {version}, this is interloper for version {VERSION}: \
             use `interloper` and `interloper-table` of the same version"
        );
        let (kind, order, path) = (reader.word()?, reader.word()?, reader.text()?);
        clauses.push((path, order, kind, reader.word()?));
    }
    clauses.sort();
    let mut objects = BTreeMap::<String, Object>::new();
    for (path, _, kind, payload) in clauses {
        // The crate and the module that the runner generated.
        let name = path.splitn(3, "::").nth(2).unwrap_or(&path).to_owned();
        let object = objects.entry(name.clone()).or_insert_with(|| Object {
            name,
            ..Object::default()
        });
        let read = KINDS.get(kind as usize).context("unknown kind of record")?;
        read(
            object,
            &mut Reader {
                memory,
                at: payload,
            },
        )?;
    }
    let mut objects: Vec<_> = objects.into_values().collect();
    for object in &mut objects {
        if object.resets.is_empty() {
            object.resets.push(Reset {
                name: String::new(),
                run: None,
            });
        }
        check(object)?;
    }
    Ok(objects)
}

/// What rustc accepts of a table, and no test could be made of.
fn check(object: &Object) -> Result<()> {
    let name = &object.name;
    let operations = object.parties.iter().map(|party| &party.name);
    if let Some(twice) = repeated(operations) {
        bail!("{name}: two operations have the name `{twice}`");
    }
    if let Some(twice) = repeated(object.resets.iter().map(|reset| &reset.name)) {
        let clause = reset_clause(twice);
        bail!("{name}: {clause} is there twice: give each a name of its own");
    }
    for party in &object.parties {
        if let Some(twice) = repeated(party.roles.iter()) {
            bail!("{name}: `{}` is {twice} twice", party.name);
        }
    }
    let has = |is_one: fn(&Role) -> bool| {
        let mut parties = object.parties.iter();
        parties.any(|party| party.roles.iter().any(is_one))
    };
    ensure!(
        has(|role| *role == Role::Main),
        "{name}: there is no operation to interrupt: one has to be `main`"
    );
    ensure!(
        has(|role| *role != Role::Main),
        "{name}: nothing interrupts: an operation has to be `irq(1)`, or `core` for the other core"
    );
    check_names(object)
}

/// What occurs a second time.
fn repeated<T: PartialEq>(items: impl Iterator<Item = T>) -> Option<T> {
    let mut seen = Vec::new();
    for item in items {
        if seen.contains(&item) {
            return Some(item);
        }
        seen.push(item);
    }
    None
}

/// Names that a table mentions must exist.
fn check_names(object: &Object) -> Result<()> {
    let mentions = object.parties.iter().flat_map(|party| {
        let during = party
            .calls
            .iter()
            .flat_map(|call| call.extras.iter().flat_map(|extra| &extra.during));
        party.right.iter().chain(&party.caught_by).chain(during)
    });
    for name in mentions.chain(object.known.iter().flat_map(|known| &known.parties)) {
        ensure!(
            object.party(name).is_some(),
            "{}: there is no operation `{name}`",
            object.name
        );
    }
    for party in &object.parties {
        if let Some(right) = party.right.as_deref().and_then(|right| object.party(right)) {
            ensure!(
                right.calls.len() == party.calls.len(),
                "{}: `{}` and `{}` make different numbers of calls",
                object.name,
                party.name,
                right.name
            );
            ensure!(
                !party.caught_by.is_empty(),
                "{}: nothing is named that catches `{}`",
                object.name,
                party.name
            );
            check_wrong(object, party)?;
        }
    }
    Ok(())
}

/// A wrong version has to meet what catches it.
fn check_wrong(object: &Object, wrong: &Party) -> Result<()> {
    let (name, caught_by) = (&wrong.name, wrong.caught_by.join(", "));
    let Some(caught) = Combination::of_wrong(object, wrong) else {
        bail!(
            "{}: `caught by [{caught_by}]` of `{name}` makes no test: one of these operations has to be `main`, and \
             each of the others `irq` or, one of them, `core`",
            object.name
        );
    };
    // On one core, a handler returns before another of the same priority begins.
    let take_turns = |one: Role, other: Role| {
        one == other && matches!(one, Role::Irq(_)) && !caught.uses_two_cores()
    };
    for (index, &(one, its_role)) in caught.parties.iter().enumerate() {
        for &(other, role) in &caught.parties[..index] {
            ensure!(
                take_turns(its_role, role) || !object.share_a_handle(one, other),
                "{}: `caught by [{caught_by}]` of `{name}` makes no test: `{}` and `{}` use the same `handle`",
                object.name,
                other.name,
                one.name
            );
        }
    }
    Ok(())
}

impl Reader<'_> {
    fn word(&mut self) -> Result<u32> {
        let word = self.memory.word(self.at);
        self.at = self.at.wrapping_add(4);
        word.context("a record points outside memory")
    }

    fn function(&mut self) -> Result<u32> {
        Ok(self.word()? & !1)
    }

    fn text(&mut self) -> Result<String> {
        let (start, len) = (self.word()?, self.word()?);
        let byte = |address: u32| {
            let word = self
                .memory
                .word(address & !3)
                .context("a text lies outside memory")?;
            Ok(word.to_le_bytes()[address as usize % 4])
        };
        let bytes = (start..start.wrapping_add(len))
            .map(byte)
            .collect::<Result<Vec<u8>>>()?;
        Ok(String::from_utf8(bytes)?)
    }

    fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Result<T>) -> Result<Vec<T>> {
        let (start, len) = (self.word()?, self.word()?);
        let mut items = Reader {
            memory: self.memory,
            at: start,
        };
        (0..len).map(|_| item(&mut items)).collect()
    }
}

fn item(object: &mut Object, reader: &mut Reader<'_>) -> Result<()> {
    let name = reader.text()?;
    let (start, len, exclusive) = (reader.word()?, reader.word()?, reader.word()? == 1);
    object.items.push(Item {
        name,
        start,
        len,
        exclusive,
    });
    Ok(())
}

fn reset(object: &mut Object, reader: &mut Reader<'_>) -> Result<()> {
    object.resets.push(Reset {
        name: reader.text()?,
        run: Some(reader.function()?),
    });
    Ok(())
}

fn party(object: &mut Object, reader: &mut Reader<'_>) -> Result<()> {
    let name = reader.text()?;
    let roles = reader.list(|reader| Role::from_number(reader.word()?).context("unknown role"))?;
    if roles.is_empty() {
        bail!(
            "{}: `{name}` is neither `main` nor `irq` nor `core`",
            object.name
        );
    }
    object.parties.push(Party {
        roles,
        calls: reader.list(call)?,
        uses: reader.list(Reader::text)?,
        when: Some(reader.function()?).filter(|&when| when != 0),
        sleeps: reader.word()? == 1,
        right: Some(reader.text()?).filter(|right| !right.is_empty()),
        caught_by: reader.list(Reader::text)?,
        name,
    });
    Ok(())
}

fn call(reader: &mut Reader<'_>) -> Result<Call> {
    Ok(Call {
        name: reader.text()?,
        run: reader.list(Reader::function)?,
        show: reader.list(Reader::function)?,
        extras: reader.list(|reader| {
            Ok(Extra {
                pattern: reader.text()?,
                during: reader.list(Reader::text)?,
                matches: reader.list(Reader::function)?,
                elsewhere: reader.word()? == 1,
            })
        })?,
    })
}

fn state(object: &mut Object, reader: &mut Reader<'_>) -> Result<()> {
    // The payload is the function itself.
    let before = object.state.replace(reader.at & !1);
    ensure!(before.is_none(), "{}: `state` is there twice", object.name);
    Ok(())
}

fn always(object: &mut Object, reader: &mut Reader<'_>) -> Result<()> {
    object.always.push(check_record(reader)?);
    Ok(())
}

fn finally(object: &mut Object, reader: &mut Reader<'_>) -> Result<()> {
    object.finally.push(check_record(reader)?);
    Ok(())
}

fn check_record(reader: &mut Reader<'_>) -> Result<Check> {
    Ok(Check {
        message: reader.text()?,
        holds: reader.function()?,
    })
}

fn known(object: &mut Object, reader: &mut Reader<'_>) -> Result<()> {
    object.known.push(Known {
        parties: reader.list(Reader::text)?,
        reason: reader.text()?,
    });
    Ok(())
}

fn handlers(object: &mut Object, reader: &mut Reader<'_>) -> Result<()> {
    let before = object.handlers.replace(reader.word()? as usize);
    ensure!(
        before.is_none(),
        "{}: `handlers` is there twice",
        object.name
    );
    Ok(())
}

fn restarts(object: &mut Object, reader: &mut Reader<'_>) -> Result<()> {
    let (start, end) = (reader.function()?, reader.function()?);
    object.restarts.push(start..end);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::testing::object;

    /// Adds a wrong version of `main`. It uses the object, as `irq` does.
    fn wrong(object: &mut Object, role: Role, caught_by: &str) {
        object.items.push(Item {
            name: "queue".into(),
            start: 0,
            len: 4,
            exclusive: false,
        });
        object.parties[1].uses = vec!["queue".into()];
        object.parties.push(Party {
            name: "wrong".into(),
            roles: vec![role],
            right: Some("main".into()),
            caught_by: vec![caught_by.into()],
            uses: vec!["queue".into()],
            ..object.parties[0].clone()
        });
    }

    #[test]
    fn a_wrong_version_that_meets_what_catches_it_is_accepted() {
        for (role, caught_by) in [(Role::Main, "irq"), (Role::Irq(2), "main")] {
            let mut object = object(None);
            wrong(&mut object, role, caught_by);
            check(&object).unwrap();
        }
    }

    #[test]
    fn handlers_of_one_priority_may_use_one_handle_in_turn() {
        let mut object = object(None);
        wrong(&mut object, Role::Main, "irq");
        object.items[0].exclusive = true;
        object.parties[2].uses.clear();
        object.parties[2].caught_by.push("again".into());
        object.parties.push(Party {
            name: "again".into(),
            ..object.parties[1].clone()
        });
        check(&object).unwrap();
        object.parties[3].roles = vec![Role::Irq(2)];
        let error = check(&object).unwrap_err().to_string();
        assert!(
            error.contains("`irq` and `again` use the same `handle`"),
            "{error}"
        );
    }

    #[test]
    fn a_table_without_a_meaning_is_refused() {
        type Mistake = fn(&mut Object);
        check(&object(None)).unwrap();
        let mistakes: [(Mistake, &str); 11] = [
            (
                |it| it.parties[1].name = "main".into(),
                "two operations have the name `main`",
            ),
            (
                |it| it.resets.push(it.resets[0].clone()),
                "`reset full` is there twice",
            ),
            (
                |it| {
                    it.resets[0].name.clear();
                    it.resets.push(it.resets[0].clone());
                },
                "`reset` is there twice",
            ),
            (
                |it| it.parties[1].roles = vec![Role::Irq(1), Role::Irq(2), Role::Irq(1)],
                "`irq` is `irq(1)` twice",
            ),
            (
                |it| it.parties[0].roles = vec![Role::Irq(2)],
                "one has to be `main`",
            ),
            (
                |it| it.parties[1].roles = vec![Role::Main],
                "nothing interrupts",
            ),
            (
                |it| it.parties[1].caught_by = vec!["push".into()],
                "there is no operation `push`",
            ),
            (
                |it| it.parties[1].right = Some("main".into()),
                "nothing is named that catches `irq`",
            ),
            (
                |it| wrong(it, Role::Irq(2), "irq"),
                "`caught by [irq]` of `wrong` makes no test",
            ),
            (
                |it| wrong(it, Role::Main, "main"),
                "one of these operations has to be `main`, and each of the others `irq`",
            ),
            (
                |it| {
                    wrong(it, Role::Main, "irq");
                    it.items[0].exclusive = true;
                },
                "`wrong` and `irq` use the same `handle`",
            ),
        ];
        for (mistake, message) in mistakes {
            let mut object = object(None);
            mistake(&mut object);
            let error = check(&object).unwrap_err().to_string();
            assert!(error.contains(message), "{error}");
        }
    }
}
