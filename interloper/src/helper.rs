//! Functions of the table that the host calls: they read an answer, a state, a condition.
//!
//! Such a function is executed on a copy of the memory and on a stack of its own, by the core of the party that it is
//! about. Its result depends on the words and the locks that it reads, on the number of the core, and on nothing else,
//! so it is executed once for each of these.
//!
//! A function that enters a critical section while the other core is in it never returns: there it has no result.

use std::collections::{BTreeSet, HashMap};

use crate::{
    failure::Kind,
    layout::helper_stack,
    machine::{Core, Event, Memory},
    repeats::Repeats,
};

/// The number of an answer's or a state's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct TextId(pub(crate) u32);

/// The most instructions of a function of the table.
const LIMIT: u32 = 2_000_000;
/// [`LIMIT`], for a report.
const LIMIT_TEXT: &str = "2,000,000 instructions of a condition or a `Debug` implementation, a limit that no setting raises";
/// How much of a text the table keeps.
const CAPACITY: u32 = 240;

/// Executes functions of the table, and remembers their results.
#[derive(Debug)]
pub(crate) struct Helper<C> {
    cores: Vec<C>,
    output: u32,
    panicked: u32,
    known: HashMap<u32, Vec<Known>>,
    /// The words that each function has touched so far, in whichever memory it was executed.
    reads: HashMap<u32, BTreeSet<u32>>,
    texts: Vec<Text>,
}

/// A text with the length and the hash of what was cut off.
#[derive(Debug, PartialEq, Eq)]
struct Text {
    text: String,
    len: u32,
    hash: u32,
}

/// What a function returned, and the text that it wrote out.
type Outcome = Result<(u32, TextId), Kind>;

#[derive(Debug)]
struct Known {
    /// The number of the core that executed it.
    on: usize,
    /// The words that the function touched, and what was there.
    reads: Vec<(u32, u32)>,
    /// If it touched a spin lock, those that were claimed.
    claimed: Option<u32>,
    result: Outcome,
}

impl<C: Core> Helper<C> {
    /// `output` and `panicked` are those of the image.
    pub(crate) fn new(cores: &[C], output: u32, panicked: u32) -> Self {
        let (known, reads, texts) = Default::default();
        Self {
            cores: cores.to_vec(),
            output,
            panicked,
            known,
            reads,
            texts,
        }
    }

    /// What the function at `entry` writes out, executed by the core with the number `on`.
    pub(crate) fn text(&mut self, memory: &Memory, entry: u32, on: usize) -> Result<TextId, Kind> {
        self.result(memory, entry, on).map(|(_, text)| text)
    }

    /// Whether the condition at `entry` holds, evaluated by the core with the number `on`.
    pub(crate) fn condition(
        &mut self,
        memory: &Memory,
        entry: u32,
        on: usize,
    ) -> Result<bool, Kind> {
        self.result(memory, entry, on).map(|(value, _)| value != 0)
    }

    /// The words that the function at `entry` has touched so far.
    pub(crate) fn reads(&self, entry: u32) -> impl Iterator<Item = u32> + '_ {
        self.reads.get(&entry).into_iter().flatten().copied()
    }

    /// The first instruction of the panic handler.
    pub(crate) fn panic_entry(&self) -> u32 {
        self.panicked
    }

    /// The text with this number.
    pub(crate) fn get(&self, text: TextId) -> &str {
        &self.texts[text.0 as usize].text
    }

    /// The message of a panic whose handler a core is about to execute.
    pub(crate) fn panic_message(&self, mut core: C, mut memory: Memory) -> String {
        for _ in 0..LIMIT {
            if self.is_written(&memory) || core.step(&mut memory).is_err() {
                break;
            }
        }
        self.read(&memory).text
    }

    fn result(&mut self, memory: &Memory, entry: u32, on: usize) -> Outcome {
        let known = self.known.entry(entry).or_default();
        let fits = |known: &&Known| {
            let reads = &mut known.reads.iter();
            known.on == on
                && known
                    .claimed
                    .is_none_or(|claimed| claimed == memory.claimed())
                && reads.all(|&(at, value)| memory.word(at) == Some(value))
        };
        if let Some(known) = known.iter().find(fits) {
            return known.result.clone();
        }
        let mut known = Known {
            on,
            reads: Vec::new(),
            claimed: None,
            result: Err(Kind::Hang),
        };
        let result = self.execute(memory, entry, &mut known);
        known.result = result.clone();
        let addresses = known.reads.iter().map(|&(address, _)| address);
        self.reads.entry(entry).or_default().extend(addresses);
        self.known.entry(entry).or_default().push(known);
        result
    }

    /// Executes a function; notes what it read.
    fn execute(&mut self, memory: &Memory, entry: u32, known: &mut Known) -> Outcome {
        let (mut core, mut copy) = (self.cores[known.on].clone(), memory.clone());
        let mut known_words = BTreeSet::new();
        // A text that was written out before it is not that of this function.
        copy.load_bytes(self.output, &[0; 12]);
        let stack = helper_stack(&copy);
        core.boot(entry, stack.clone());
        let mut repeats = Repeats::default();
        for _ in 0..LIMIT {
            if core.pc() == self.panicked {
                let message = self.panic_message(core, copy);
                return Err(Kind::Panic(message));
            }
            let event = core.step(&mut copy).map_err(Kind::Fault)?;
            let access = copy.access();
            for word in access.words().filter(|word| !stack.contains(word)) {
                // A store may keep some bytes of the word: then what follows depends on them.
                if known_words.insert(word) {
                    match memory.word(word) {
                        Some(value) => known.reads.push((word, value)),
                        None => known.claimed = Some(memory.claimed()),
                    }
                }
            }
            match event {
                Event::Step | Event::SendEvent => {}
                Event::Return { answer } => {
                    let text = self.intern(&copy);
                    return Ok((answer as u32, text));
                }
                Event::WaitForInterrupt | Event::WaitForEvent => return Err(Kind::Asleep),
                Event::ExceptionReturn { .. } => unreachable!("no interrupt is active"),
            }
            if repeats.is_met(&core, &copy) {
                return Err(Kind::Hang);
            }
        }
        Err(Kind::Limit(LIMIT_TEXT))
    }

    fn intern(&mut self, memory: &Memory) -> TextId {
        let text = self.read(memory);
        let known = self.texts.iter().position(|it| *it == text);
        TextId(known.unwrap_or_else(|| {
            self.texts.push(text);
            self.texts.len() - 1
        }) as u32)
    }

    fn is_written(&self, memory: &Memory) -> bool {
        memory.word(self.output + 8) == Some(1)
    }

    /// The buffer of `interloper-table`: length, hash, flag, bytes.
    fn read(&self, memory: &Memory) -> Text {
        let word = |at: u32| memory.word(self.output + at).unwrap_or(0);
        let (len, hash) = (word(0), word(4));
        let bytes =
            (0..len.min(CAPACITY)).map(|at| word((12 + at) & !3).to_le_bytes()[at as usize % 4]);
        let mut text = String::from_utf8_lossy(&bytes.collect::<Vec<u8>>()).into_owned();
        if len > CAPACITY {
            text.push('…');
        }
        Text { text, len, hash }
    }
}
