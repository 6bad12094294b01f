//! A table as the host sees it, read from the records of the image.
//!
//! The layout of the records is defined in `interloper-table`, module `record`.

use core::{fmt, ops::Range};

/// The role of a party that is interrupted, as `interloper-table` encodes it.
const MAIN: u32 = 0x100;
/// The role of a party on the other core.
const CORE: u32 = 0x200;

/// Everything that one `object!` declares.
#[derive(Clone, Debug, Default)]
pub(crate) struct Object {
    /// The name of the object, with the modules around it.
    pub(crate) name: String,
    pub(crate) items: Vec<Item>,
    /// At least one.
    pub(crate) resets: Vec<Reset>,
    pub(crate) parties: Vec<Party>,
    pub(crate) state: Option<u32>,
    pub(crate) always: Vec<Check>,
    pub(crate) finally: Vec<Check>,
    pub(crate) known: Vec<Known>,
    /// The most handlers of a run.
    pub(crate) handlers: Option<usize>,
    /// The sequences that begin anew where they are interrupted.
    pub(crate) restarts: Vec<Range<u32>>,
}

/// A static that parties use.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) name: String,
    pub(crate) start: u32,
    pub(crate) len: u32,
    /// A handle: no two parties of a run may use it.
    pub(crate) exclusive: bool,
}

/// A way to prepare the object.
#[derive(Clone, Debug)]
pub(crate) struct Reset {
    /// Empty where there is one way only.
    pub(crate) name: String,
    pub(crate) run: Option<u32>,
}

/// The clause of a table that has this name, for a message.
pub(crate) fn reset_clause(name: &str) -> String {
    let name = Some(name).filter(|name| !name.is_empty());
    name.map_or("`reset`".into(), |name| format!("`reset {name}`"))
}

/// An operation, or a list of them.
#[derive(Clone, Debug)]
pub(crate) struct Party {
    pub(crate) name: String,
    pub(crate) roles: Vec<Role>,
    pub(crate) calls: Vec<Call>,
    pub(crate) uses: Vec<String>,
    pub(crate) when: Option<u32>,
    /// Where it waits, it must sleep.
    pub(crate) sleeps: bool,
    /// For a wrong version: the party that it is a wrong version of.
    pub(crate) right: Option<String>,
    pub(crate) caught_by: Vec<String>,
}

/// How a party takes part in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// It is interrupted, on core 0.
    Main,
    /// It runs on core 1.
    Core,
    /// It interrupts, with this priority.
    Irq(u8),
}

/// One call of a party: an entry point for each of its roles.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) name: String,
    pub(crate) run: Vec<u32>,
    pub(crate) show: Vec<u32>,
    pub(crate) extras: Vec<Extra>,
}

/// An answer outside every order.
#[derive(Clone, Debug)]
pub(crate) struct Extra {
    pub(crate) pattern: String,
    pub(crate) during: Vec<String>,
    pub(crate) matches: Vec<u32>,
    /// Whether the parties must be on the other core.
    pub(crate) elsewhere: bool,
}

/// A condition that must hold.
#[derive(Clone, Debug)]
pub(crate) struct Check {
    pub(crate) message: String,
    pub(crate) holds: u32,
}

/// A combination that is known to fail.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) parties: Vec<String>,
    pub(crate) reason: String,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Main => f.write_str("`main`"),
            Self::Core => f.write_str("`core`"),
            Self::Irq(priority) => write!(f, "`irq({priority})`"),
        }
    }
}

impl Role {
    /// The role with this number, if there is one.
    pub(crate) fn from_number(number: u32) -> Option<Self> {
        match number {
            MAIN => Some(Self::Main),
            CORE => Some(Self::Core),
            _ => u8::try_from(number).ok().map(Self::Irq),
        }
    }
}

impl Object {
    /// The first address of the restartable sequence that has this one.
    pub(crate) fn restart(&self, address: u32) -> Option<u32> {
        let sequence = self.restarts.iter().find(|it| it.contains(&address));
        sequence.map(|it| it.start)
    }

    /// The party of this name.
    pub(crate) fn party(&self, name: &str) -> Option<&Party> {
        self.parties.iter().find(|party| party.name == name)
    }

    /// Whether both parties hold the same handle.
    pub(crate) fn share_a_handle(&self, one: &Party, other: &Party) -> bool {
        self.items.iter().any(|item| {
            item.exclusive && one.uses.contains(&item.name) && other.uses.contains(&item.name)
        })
    }

    /// Names the word at an address: `queue`, `queue+4`.
    pub(crate) fn word(&self, address: u32) -> Option<String> {
        let item = self
            .items
            .iter()
            .find(|item| (item.start..item.start + item.len).contains(&address))?;
        Some(match address - item.start {
            0 => item.name.clone(),
            offset => format!("{}+{offset}", item.name),
        })
    }
}
