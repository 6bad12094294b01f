//! Single instructions against the recorded outcomes of QEMU's decoder, see
//! `tests/differential/record.py`.

use core::fmt::Write;
use std::{collections::BTreeMap, path::Path};

use super::{Arm, Core, DeadStack, FaultKind, Flash, Memory, Profile, Reservation, Riscv};

const CODE: u32 = 0x800;
const RAM: u32 = 0x2000_0000;
const SIZE: u32 = 0x1000;
const PATTERN: u32 = 0x9e37_79b9;

/// A core whose state a case can set.
pub(super) trait Tested: Core {
    /// The number of the stack pointer, and what one bit of the seed adds to it.
    const SP: (usize, u32);

    /// The register that is always zero.
    const ZERO: Option<usize>;

    /// How many registers a case sets.
    const REGISTERS: usize;

    fn set_state(&mut self, registers: &[u32], flags: u32);

    /// Continues behind the next instruction, which has faulted.
    fn skip(&mut self);

    /// The condition flags, in the lowest five bits.
    fn flags(&self) -> u32;

    /// The length in bytes of the instruction that begins with a halfword.
    fn length(halfword: u16) -> usize;

    /// What the bugs do that can be planted; each begins with the group that it is in.
    fn bugs() -> impl Iterator<Item = &'static str>;

    /// Bugs of exception entry.
    fn entry_bugs() -> &'static [ExceptionBug<Self>];

    /// Bugs of exception return.
    fn return_bugs() -> &'static [ExceptionBug<Self>];

    /// Plants a bug in the instruction at an address: a peek takes it for one that touches nothing.
    fn hide(&self, address: u32);

    /// Plants the bug with this number in the instruction at an address, if it concerns it.
    fn plant(&self, address: u32, bug: usize);
}

/// A bug of an exception entry or return: it changes the state after it, knowing that before.
pub(super) type ExceptionBug<C> = (&'static str, fn(&C, &mut C));

/// A line of a recording.
pub(super) struct Case<'a> {
    pub(super) line: &'a str,
    code: Vec<u8>,
    seed: u64,
    outcome: Vec<&'a str>,
}

impl<'a> Case<'a> {
    fn parse(line: &'a str) -> Self {
        let mut words = line.split(' ');
        let [code, seed] = [words.next().unwrap(), words.next().unwrap()];
        let halfwords = (0..code.len())
            .step_by(4)
            .map(|at| u16::from_str_radix(&code[at..at + 4], 16).unwrap());
        Self {
            line,
            code: halfwords.flat_map(u16::to_le_bytes).collect(),
            seed: u64::from_str_radix(seed, 16).unwrap(),
            outcome: words.collect(),
        }
    }

    /// The addresses of the instructions.
    pub(super) fn addresses<C: Tested>(&self) -> Vec<u32> {
        let mut at = 0;
        let next = || {
            let here = at;
            at += C::length(u16::from_le_bytes(*self.code.get(here..)?.first_chunk()?));
            Some(CODE + here as u32)
        };
        core::iter::from_fn(next).collect()
    }
}

/// The state before an instruction, from a seed, by splitmix64.
struct Seeded(u64);

impl Seeded {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    fn value(&mut self) -> u32 {
        const VALUES: [u32; 16] = [
            0,
            1,
            2,
            31,
            32,
            33,
            0xff,
            0x100,
            0x7fff,
            0x8000,
            0xffff,
            0x7fff_ffff,
            0x8000_0000,
            0xffff_fffe,
            0xffff_ffff,
            0x101,
        ];
        let x = self.next();
        if x & 3 != 0 {
            VALUES[(x >> 8) as usize % 16]
        } else {
            (x >> 32) as u32
        }
    }

    fn address(&mut self) -> u32 {
        const SMALL: [u32; 8] = [0, 1, 2, 3, 4, 8, 12, 16];
        let x = self.next();
        if x & 1 == 0 {
            return SMALL[(x >> 8) as usize % 8];
        }
        let unaligned = if x >> 4 & 7 == 0 {
            x as u32 >> 16 & 3
        } else {
            0
        };
        RAM + 0x100 + 4 * (x as u32 >> 8 & 63) + unaligned
    }

    /// The registers and the flags.
    fn state<C: Tested>(&mut self) -> (Vec<u32>, u32) {
        let first = self.next();
        let memory = first >> 8 & 1 != 0;
        let mut registers: Vec<_> = (0..C::REGISTERS)
            .map(|_| if memory { self.address() } else { self.value() })
            .collect();
        registers[C::SP.0] = RAM + 0x200 + (first >> 9 & 1) as u32 * C::SP.1;
        if let Some(zero) = C::ZERO {
            registers[zero] = 0;
        }
        (registers, first as u32 & 31)
    }
}

/// All cases of one instruction set.
pub(super) struct Recording<C: Tested> {
    text: String,
    flash: Vec<u8>,
    memory: Memory,
    core: fn(&Flash) -> C,
}

impl<C: Tested> Recording<C> {
    fn open(name: &str, core: fn(&Flash) -> C) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/differential")
            .join(name);
        let text = std::fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let words = |invert: u32| {
            (0..SIZE / 4).flat_map(move |i| (i.wrapping_mul(PATTERN) ^ invert).to_le_bytes())
        };
        let flash: Vec<u8> = words(u32::MAX).collect();
        let mut memory = Memory::new(Flash::new(0, flash.clone()), RAM..RAM + SIZE)
            .with_dead_stack(DeadStack::Kept);
        memory.load_bytes(RAM, &words(0).collect::<Vec<_>>());
        Self {
            text,
            flash,
            memory,
            core,
        }
    }

    pub(super) fn cases(&self) -> impl Iterator<Item = Case<'_>> {
        self.text.lines().map(Case::parse)
    }

    /// The state before a case.
    pub(super) fn start(&self, case: &Case<'_>) -> (C, Memory) {
        let mut flash = self.flash.clone();
        flash[CODE as usize..][..case.code.len()].copy_from_slice(&case.code);
        let memory = self.memory.clone().with_flash(Flash::new(0, flash));
        let (registers, flags) = Seeded(case.seed).state::<C>();
        let mut core = (self.core)(&Flash::new(CODE, case.code.clone()));
        core.boot(CODE, 0..RAM + SIZE);
        core.set_state(&registers, flags);
        (core, memory)
    }

    /// Executes a case with or without a bug. Nothing, or what differs.
    fn check(&self, case: &Case<'_>, bug: Option<usize>) -> Option<String> {
        let (mut core, mut memory) = self.start(case);
        let (registers, flags) = (core.registers()[..C::REGISTERS].to_vec(), core.flags());
        let addresses = case.addresses::<C>();
        if let Some(bug) = bug {
            addresses
                .iter()
                .for_each(|&address| core.plant(address, bug));
        }
        let fault = addresses.iter().find_map(|_| core.step(&mut memory).err());
        let got = match fault {
            Some(fault) => format!("!{}", word(fault.kind)),
            None => self.changes(case, &core, &memory, &registers, flags),
        };
        let expected = case.outcome.join(" ");
        if got == expected {
            return None;
        }
        let names: Vec<_> = addresses
            .iter()
            .map(|&address| core.name_at(address).unwrap_or("undefined"))
            .collect();
        let before = registers.iter().enumerate().fold(
            format!("n={flags:x}"),
            |mut text, (register, value)| {
                write!(text, " {register}={value:x}").unwrap();
                text
            },
        );
        Some(format!(
            "{}\n  {names:?}\n  before   {before}\n  expected {expected}\n  got      {got}",
            case.line
        ))
    }

    /// What changed, as the recording writes it.
    fn changes(
        &self,
        case: &Case<'_>,
        core: &C,
        memory: &Memory,
        registers: &[u32],
        flags: u32,
    ) -> String {
        let mut changes = Vec::new();
        for (register, (&before, &after)) in registers.iter().zip(core.registers()).enumerate() {
            if before != after {
                changes.push(format!("{register}={after:x}"));
            }
        }
        if core.flags() != flags && C::ZERO.is_none() {
            changes.push(format!("n={:x}", core.flags()));
        }
        if core.pc() != CODE + case.code.len() as u32 {
            changes.push(format!("p={:x}", core.pc()));
        }
        if memory.hash() != self.memory.hash() {
            let words = memory
                .ram()
                .step_by(4)
                .map(|address| (address, memory.word(address).unwrap()));
            let changed = words.filter(|&(address, word)| self.memory.word(address) != Some(word));
            changes.extend(changed.map(|(address, word)| format!("@{:x}={word:x}", address - RAM)));
        }
        changes.join(" ")
    }

    fn agrees(&self) {
        let wrong: Vec<_> = self
            .cases()
            .filter_map(|case| self.check(&case, None))
            .collect();
        let shown = wrong
            .iter()
            .take(4000)
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join("\n");
        assert!(
            wrong.is_empty(),
            "{} of {} cases differ:\n{shown}",
            wrong.len(),
            self.cases().count()
        );
    }

    fn catches(&self, bug: usize) -> bool {
        self.cases()
            .any(|case| self.check(&case, Some(bug)).is_some())
    }

    /// Each row of the decoder has cases, but for those `without`.
    fn covers(&self, names: &[&'static str], without: &[&str]) {
        let mut many: BTreeMap<_, u32> = names.iter().map(|&name| (name, 0)).collect();
        for case in self.cases() {
            let core = (self.core)(&Flash::new(CODE, case.code.clone()));
            for address in case.addresses::<C>() {
                if let Some(name) = core.name_at(address) {
                    *many.get_mut(name).unwrap() += 1;
                }
            }
        }
        let few: Vec<_> = many.into_iter().filter(|&(_, cases)| cases < 100).collect();
        let mut named: Vec<_> = few.iter().map(|&(name, _)| name).collect();
        named.sort_unstable();
        assert_eq!(named, without, "{few:?}");
    }
}

/// A fault, as the recording writes it.
fn word(kind: FaultKind) -> &'static str {
    match kind {
        FaultKind::Load { .. } => "load",
        FaultKind::Store { .. } => "store",
        FaultKind::ReadOnly { .. } => "read-only",
        FaultKind::Undefined { .. } | FaultKind::Abort | FaultKind::ArmState { .. } => "undefined",
        FaultKind::Unaligned { .. } => "unaligned",
        FaultKind::Breakpoint => "breakpoint",
        FaultKind::Call => "call",
        FaultKind::Unpredictable { .. } => "unpredictable",
        _ => "other",
    }
}

pub(super) fn armv6m() -> Recording<Arm> {
    Recording::open("armv6m.txt", |flash| Arm::new(Profile::Armv6M, flash))
}

pub(super) fn armv7m() -> Recording<Arm> {
    Recording::open("armv7m.txt", |flash| Arm::new(Profile::Armv7M, flash))
}

/// What Armv7-M has not.
pub(super) fn armv8m() -> Recording<Arm> {
    Recording::open("armv8m.txt", |flash| Arm::new(Profile::Armv8M, flash))
}

pub(super) fn rv32imac() -> Recording<Riscv> {
    Recording::open("rv32imac.txt", |flash| {
        Riscv::new(Reservation::Cleared, flash)
    })
}

#[test]
fn armv6m_agrees_with_qemu() {
    armv6m().agrees();
}

#[test]
fn armv7m_agrees_with_qemu() {
    armv7m().agrees();
}

#[test]
fn armv8m_agrees_with_qemu() {
    armv8m().agrees();
    let is_new = |name: &&str| !Arm::names(Profile::Armv7M).contains(name);
    let names = Arm::names(Profile::Armv8M).into_iter().filter(is_new);
    armv8m().covers(&names.collect::<Vec<_>>(), &[]);
}

/// Encodings that are undefined before Armv8-M are no cases.
#[test]
fn armv8m_executes_what_armv7m_does() {
    let old = Recording::open("armv7m.txt", |flash| Arm::new(Profile::Armv8M, flash));
    let is_old = |case: &Case<'_>| {
        let core = Arm::new(Profile::Armv7M, &Flash::new(CODE, case.code.clone()));
        let mut addresses = case.addresses::<Arm>().into_iter();
        addresses.all(|address| core.name_at(address).is_some())
    };
    let mut cases = 0;
    for case in old.cases().filter(is_old) {
        assert_eq!(old.check(&case, None), None);
        cases += 1;
    }
    assert!(cases > 15_000, "{cases} cases");
}

#[test]
fn rv32imac_agrees_with_qemu() {
    rv32imac().agrees();
}

#[test]
fn planted_bugs_are_caught() {
    let (old, new, riscv) = (armv7m(), armv8m(), rv32imac());
    for (bug, text) in Arm::bugs().enumerate() {
        let is_caught = old.catches(bug) || new.catches(bug);
        assert!(is_caught, "no case catches: {text}");
    }
    for (bug, text) in Riscv::bugs().enumerate() {
        assert!(riscv.catches(bug), "no case catches: {text}");
    }
}

/// The traces of whole runs have the others.
#[test]
fn every_row_of_the_decoders_has_cases() {
    let waits = ["SEV T1", "WFE T1", "WFI T1"];
    armv6m().covers(&Arm::names(Profile::Armv6M), &waits);
    let waits = ["SEV T1", "SEV T2", "WFE T1", "WFE T2", "WFI T1", "WFI T2"];
    armv7m().covers(&Arm::names(Profile::Armv7M), &waits);
    rv32imac().covers(&Riscv::names(), &["C.EBREAK", "EBREAK", "MRET", "WFI"]);
}
