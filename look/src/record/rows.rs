//! The parts of a record that are arrays in JSON.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Declares a struct that is an array in JSON: its fields in their order.
macro_rules! row {
    ($(#[$doc:meta])* $name:ident { $($(#[$of_field:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub struct $name {
            $($(#[$of_field])* pub $field: $type,)*
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                ($(&self.$field,)*).serialize(serializer)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let ($($field,)*): ($($type,)*) = Deserialize::deserialize(deserializer)?;
                Ok(Self { $($field),* })
            }
        }
    };
}

row! {
    /// A place in the source.
    Frame {
        /// Whose source it is.
        kind: FrameKind,
        /// The file.
        file: String,
        /// The line, from 1.
        line: u32,
        /// The function.
        function: String,
        /// The line's text, without indentation.
        text: String,
        /// The first character of the expression in `text`.
        from: usize,
        /// The character after the expression; 0 where it is unknown.
        to: usize,
    }
}

/// Whose source a place is in.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FrameKind {
    /// The example.
    User,
    /// The library.
    Lib,
}

row! {
    /// An instruction.
    Code {
        /// Its address.
        address: u32,
        /// Its assembly.
        text: String,
        /// The literal that it loads, or the function that it calls.
        note: String,
        /// How long it takes, where that is fixed.
        cycles: Option<u32>,
        /// The indices of its places in the library and in the example, of each the innermost.
        frames: Vec<usize>,
    }
}

row! {
    /// An executed instruction.
    Step {
        /// The index of the instruction.
        code: usize,
        /// What it accesses, outside stacks and flash.
        accesses: Vec<Access>,
        /// Whether interrupts are masked before it.
        masked: u8,
        /// What else happens.
        happens: Happening,
    }
}

row! {
    /// A word, loaded or stored.
    Access {
        /// 1 for a store.
        store: u8,
        /// The index of the word.
        word: usize,
        /// Its value.
        value: u32,
    }
}

/// What an instruction does apart from its accesses.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Happening {
    /// Nothing else.
    #[default]
    #[serde(rename = "")]
    Nothing,
    /// Main returns.
    Return,
    /// A handler returns.
    Leave,
    /// It waits for an interrupt.
    Wfi,
    /// The machine stops.
    Fault,
    /// It masks interrupts.
    Mask,
    /// It unmasks them.
    Unmask,
    /// The exclusive store stores nothing.
    Refused,
}

row! {
    /// Steps of one lane: `seqs[seq][from..to]`.
    Segment {
        /// The lane.
        lane: usize,
        /// The row.
        seq: usize,
        /// The first of its steps.
        from: usize,
        /// The step after the last.
        to: usize,
    }
}
