//! What a table looks like in memory: the contract with the host, which reads it from the ELF file.
//!
//! A change here changes [`VERSION`].

use core::ffi::c_void;

/// The version of the layout; the host refuses another one.
pub const VERSION: u32 = 4;

/// A function without arguments; what it returns depends on its place in the record.
pub type Entry = extern "C" fn();
/// A function that returns 0 or 1.
pub type Condition = extern "C" fn() -> u32;

/// A string in flash.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Text {
    start: *const u8,
    len: usize,
}

/// Records in flash.
#[derive(Debug)]
#[repr(C)]
pub struct List<T: 'static> {
    start: *const T,
    len: usize,
}

impl Text {
    /// The record of a string.
    #[must_use]
    pub const fn new(text: &'static str) -> Self {
        Self {
            start: text.as_ptr(),
            len: text.len(),
        }
    }
}

impl<T> List<T> {
    /// The record of a slice.
    #[must_use]
    pub const fn new(items: &'static [T]) -> Self {
        Self {
            start: items.as_ptr(),
            len: items.len(),
        }
    }
}

/// One clause of `object!`; the section `.interloper` is an array of pointers to them.
#[derive(Debug)]
#[repr(C)]
pub struct Record {
    /// [`VERSION`].
    pub version: u32,
    /// Which struct `payload` points to.
    pub kind: Kind,
    /// The place of the clause among those of its object.
    pub order: u32,
    /// The path of the object's module.
    pub object: Text,
    /// The record itself.
    pub payload: *const c_void,
}

/// What a [`Record`] points to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Kind {
    /// [`Item`].
    Item = 0,
    /// [`Reset`].
    Reset = 1,
    /// [`Party`].
    Party = 2,
    /// An [`Entry`] that writes the state out.
    State = 3,
    /// [`Check`], evaluated after every return.
    Always = 4,
    /// [`Check`], evaluated at the end.
    Finally = 5,
    /// [`Known`].
    Known = 6,
    /// A `u32`: the most handlers of a run.
    Handlers = 7,
    /// [`Restart`].
    Restarts = 8,
}

/// A static that parties use.
#[derive(Debug)]
#[repr(C)]
pub struct Item {
    /// The name in the table.
    pub name: Text,
    /// Where it lies.
    pub start: *const c_void,
    /// Its size in bytes.
    pub len: usize,
    /// 1 for a handle, which one party of a run may use; 0 for an object.
    pub exclusive: u32,
}

/// A way to prepare the object.
#[derive(Debug)]
#[repr(C)]
pub struct Reset {
    /// The variant; empty where there is one only.
    pub name: Text,
    /// Prepares it.
    pub run: Entry,
}

/// An operation, or a list of them.
#[derive(Debug)]
#[repr(C)]
pub struct Party {
    /// The name in the table.
    pub name: Text,
    /// [`MAIN`], [`CORE`], or the priority of an interrupt.
    pub roles: List<u32>,
    /// What it calls, one after the other.
    pub calls: List<Call>,
    /// The names of the items that it uses.
    pub uses: List<Text>,
    /// When its interrupt is enabled; a null pointer where it always is.
    pub when: Option<Condition>,
    /// 1 where it must sleep while it waits.
    pub sleeps: u32,
    /// For a wrong version: the party that it is a wrong version of. Empty for a right one.
    pub right: Text,
    /// For a wrong version: the parties that bring it out.
    pub caught_by: List<Text>,
}

/// The role of what is interrupted.
pub const MAIN: u32 = 0x100;
/// The role of what runs on the other core.
pub const CORE: u32 = 0x200;

/// The role of an interrupt handler of this priority.
#[must_use]
pub const fn irq(priority: u8) -> u32 {
    priority as u32
}

/// One call of a party.
#[derive(Debug)]
#[repr(C)]
pub struct Call {
    /// The name in the table.
    pub name: Text,
    /// Calls it, for each role.
    pub run: List<Entry>,
    /// Writes the answer out, for each role.
    pub show: List<Entry>,
    /// Answers outside every order.
    pub extras: List<Extra>,
}

/// An answer outside every order.
#[derive(Debug)]
#[repr(C)]
pub struct Extra {
    /// The pattern, as it is written in the table.
    pub pattern: Text,
    /// The parties during which it is allowed.
    pub during: List<Text>,
    /// Whether the answer is this one, for each role.
    pub matches: List<Condition>,
    /// 1 where the parties must be on the other core.
    pub elsewhere: u32,
}

/// A condition that must hold.
#[derive(Debug)]
#[repr(C)]
pub struct Check {
    /// What to report if it does not hold.
    pub message: Text,
    /// Evaluates it.
    pub holds: Condition,
}

/// A combination of parties that fails, and why.
#[derive(Debug)]
#[repr(C)]
pub struct Known {
    /// The parties, the interrupted one first.
    pub parties: List<Text>,
    /// Where the fault is described.
    pub reason: Text,
}

/// Instructions that begin anew where they are interrupted.
#[derive(Debug)]
#[repr(C)]
pub struct Restart {
    /// The first one.
    pub start: *const c_void,
    /// Behind the last one.
    pub end: *const c_void,
}

macro_rules! records {
    ($($record:ty),*) => { $(
        // SAFETY: the pointers are to constants and to functions; they are read by the host alone, out of the file.
        #[allow(unsafe_code, reason = "a record is a static")]
        unsafe impl Sync for $record {}
    )* };
}
records!(
    Record, Item, Reset, Party, Call, Extra, Check, Known, Restart
);
