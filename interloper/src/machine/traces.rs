//! Whole runs with interrupts against recorded runs of QEMU, see `tests/traces/record.py`.
//!
//! The test owns the devices: it takes the highest pending interrupt whenever the core would, and
//! a difference from the recording fails the test. Nothing of the recording but its registers is an
//! input.

use std::{fs, path::Path};

use super::{
    Arm, Core, Event, FaultKind, Flash, Interrupt, Memory, Profile, Reservation, Riscv,
    differential::Tested,
};

/// A line of a recording: the state before an instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
struct State {
    pc: u32,
    registers: Vec<u32>,
}

/// The recorded states. A line has what differs from the one before.
fn states(text: &str, registers: usize) -> Vec<State> {
    let mut state = State {
        pc: 0,
        registers: vec![0; registers],
    };
    let next = |line| {
        state = state.followed_by(line);
        state.clone()
    };
    text.lines().map(next).collect()
}

impl State {
    fn followed_by(&self, line: &str) -> Self {
        let hex = |digits| u32::from_str_radix(digits, 16).unwrap();
        let mut words = line.split(' ');
        let mut next = Self {
            pc: hex(words.next().unwrap()),
            registers: self.registers.clone(),
        };
        for word in words {
            let (register, value) = word.split_once('=').unwrap();
            next.registers[register.parse::<usize>().unwrap()] = hex(value);
        }
        next
    }
}

fn file(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/traces")
        .join(name);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What a run needs besides a core.
trait Board {
    type Core: Tested + 'static;

    /// The name of the recording.
    const NAME: &'static str;

    /// Where code and RAM begin.
    const MEMORY: (u32, u32);

    /// A core before its first instruction.
    fn core(&self, flash: &Flash) -> Self::Core;

    /// The core's state as the recording has it.
    fn state(core: &Self::Core) -> State;

    /// Sets the core's state, but for the program counter.
    fn set_state(core: &mut Self::Core, recorded: &State);

    /// The interrupts that are pending, those first that are taken first.
    fn pending(&self) -> Vec<Interrupt>;

    /// The core takes an interrupt; registers that the architecture leaves unknown are as in the
    /// recording.
    fn take(
        &mut self,
        core: &mut Self::Core,
        memory: &mut Memory,
        interrupt: Interrupt,
        recorded: &State,
    );

    /// A store outside memory.
    fn store(&mut self, core: &Self::Core, address: u32);
}

/// A bug that a run must catch.
enum Bug<C> {
    None,
    Entry(fn(&C, &mut C)),
    Return(fn(&C, &mut C)),
    /// An instruction by the number of its bug.
    Insn(usize),
}

/// Replays a run and returns how many interrupts were taken; or what differs from the recording.
fn replay<B: Board>(mut board: B, bug: &Bug<B::Core>) -> Result<usize, String> {
    const RAM_SIZE: u32 = 0x2000;
    let (base, ram) = B::MEMORY;
    let recording = states(
        &String::from_utf8(file(&format!("{}.txt", B::NAME))).unwrap(),
        32,
    );
    let flash = Flash::new(base, file(&format!("{}.bin", B::NAME)));
    let mut memory = Memory::new(flash.clone(), ram..ram + RAM_SIZE);
    let mut core = board.core(&flash);
    core.boot(recording[0].pc, ram..ram + RAM_SIZE);
    let registers = B::state(&core).registers.len();
    B::set_state(&mut core, &recording[0]);
    if let &Bug::Insn(bug) = bug {
        (flash.range().start..)
            .step_by(2)
            .take(flash.range().len() / 2)
            .for_each(|address| core.plant(address, bug));
    }
    let mut taken = 0;
    for (line, recorded) in recording.iter().enumerate() {
        let recorded = State {
            pc: recorded.pc,
            registers: recorded.registers[..registers].to_vec(),
        };
        let due = board
            .pending()
            .into_iter()
            .find(|&interrupt| core.can_take(interrupt));
        if let Some(interrupt) = due {
            let before = core.clone();
            board.take(&mut core, &mut memory, interrupt, &recorded);
            if let Bug::Entry(bug) = bug {
                bug(&before, &mut core);
            }
            taken += 1;
        }
        let state = B::state(&core);
        if state != recorded {
            return Err(format!(
                "line {}, {due:x?}:\n{state:x?}\nis not\n{recorded:x?}",
                line + 1
            ));
        }
        let before = core.clone();
        match core.step(&mut memory) {
            Ok(Event::ExceptionReturn { .. }) => {
                if let Bug::Return(bug) = bug {
                    bug(&before, &mut core);
                }
            }
            Ok(Event::WaitForInterrupt)
                if !board
                    .pending()
                    .into_iter()
                    .any(|pending| core.wakes(pending)) =>
            {
                return Err(format!("line {}: sleeps forever", line + 1));
            }
            Ok(Event::WaitForEvent) => return Err(format!("line {}: sleeps forever", line + 1)),
            Ok(_) => {}
            Err(fault) => match fault.kind {
                FaultKind::Store { address } => {
                    board.store(&core, address);
                    core.skip();
                }
                FaultKind::Breakpoint => {}
                _ => return Err(format!("line {}: {fault}", line + 1)),
            },
        }
    }
    Ok(taken)
}

/// The interrupt controller of a Cortex-M, which pends interrupts by a store.
#[derive(Default)]
struct Nvic<const V7: bool> {
    pending: u32,
    handlers: Vec<u32>,
}

impl<const V7: bool> Board for Nvic<V7> {
    type Core = Arm;
    const NAME: &'static str = if V7 { "armv7m" } else { "armv6m" };
    const MEMORY: (u32, u32) = (0, 0x2000_0000);

    fn core(&self, flash: &Flash) -> Arm {
        Arm::new(if V7 { Profile::Armv7M } else { Profile::Armv6M }, flash)
    }

    fn state(core: &Arm) -> State {
        let flags = core.flags() >> 1;
        State {
            pc: core.pc(),
            registers: core.registers()[..15]
                .iter()
                .copied()
                .chain([flags])
                .collect(),
        }
    }

    fn set_state(core: &mut Arm, recorded: &State) {
        core.set_state(&recorded.registers[..15], recorded.registers[15] << 1);
    }

    fn pending(&self) -> Vec<Interrupt> {
        let irqs = (0..4).rev().filter(|irq| self.pending >> irq & 1 != 0);
        irqs.map(|irq| Interrupt {
            number: irq,
            priority: [0xc0, 0x80, 0x40, 0][usize::from(irq)],
            handler: self.handlers[usize::from(irq)],
        })
        .collect()
    }

    /// Registers 0 to 3, 12 and the flags are unknown after the entry (B1.5.6).
    fn take(
        &mut self,
        core: &mut Arm,
        memory: &mut Memory,
        interrupt: Interrupt,
        recorded: &State,
    ) {
        self.pending &= !(1 << interrupt.number);
        core.enter(memory, interrupt).unwrap();
        for register in [0, 1, 2, 3, 12] {
            core.set_register(register, recorded.registers[register]);
        }
        core.set_apsr(recorded.registers[15] << 28);
    }

    fn store(&mut self, core: &Arm, address: u32) {
        const ISPR: u32 = 0xe000_e200;
        if address == ISPR {
            self.pending |= core.registers()[1];
        }
    }
}

impl<const V7: bool> Nvic<V7> {
    fn new() -> Self {
        let vectors = Flash::new(0, file(&format!("{}.bin", Self::NAME)));
        Self {
            pending: 0,
            handlers: (16..20)
                .map(|vector| vectors.word(4 * vector).unwrap())
                .collect(),
        }
    }
}

/// The interrupt controller of a hart: software and timer interrupts are pending as long as its
/// registers say.
struct Clint {
    reservation: Reservation,
    software: bool,
    compare: [u32; 2],
}

impl Board for Clint {
    type Core = Riscv;
    const NAME: &'static str = "rv32imac";
    const MEMORY: (u32, u32) = (0x8000_0000, 0x8001_0000);

    fn core(&self, flash: &Flash) -> Riscv {
        Riscv::new(self.reservation, flash)
    }

    fn state(core: &Riscv) -> State {
        State {
            pc: core.pc(),
            registers: core.registers().to_vec(),
        }
    }

    fn set_state(core: &mut Riscv, recorded: &State) {
        core.set_state(&recorded.registers, 0);
    }

    fn pending(&self) -> Vec<Interrupt> {
        let interrupt = |number| Interrupt {
            number,
            priority: 0,
            handler: 0,
        };
        let timer = self.compare == [0; 2];
        [(self.software, 3), (timer, 7)]
            .into_iter()
            .filter(|&(pending, _)| pending)
            .map(|(_, number)| interrupt(number))
            .collect()
    }

    fn take(&mut self, core: &mut Riscv, _: &mut Memory, interrupt: Interrupt, _: &State) {
        core.trap(interrupt.number);
    }

    fn store(&mut self, core: &Riscv, address: u32) {
        const T1: usize = 6;
        let value = core.registers()[T1];
        match address {
            0x0200_0000 => self.software = value & 1 != 0,
            0x0200_4000 => self.compare[0] = value,
            0x0200_4004 => self.compare[1] = value,
            _ => {}
        }
    }
}

impl Clint {
    fn new(reservation: Reservation) -> Self {
        Self {
            reservation,
            software: false,
            compare: [u32::MAX; 2],
        }
    }
}

/// Each bug of an exception is caught, and each of an instruction that begins with one of `groups`.
fn catches<B: Board>(board: impl Fn() -> B, groups: &[&str]) {
    let caught = |text: &str, bug| {
        assert!(
            replay(board(), &bug).is_err(),
            "the run does not catch: {text}"
        );
    };
    for &(text, bug) in B::Core::entry_bugs() {
        caught(text, Bug::Entry(bug));
    }
    for &(text, bug) in B::Core::return_bugs() {
        caught(text, Bug::Return(bug));
    }
    for (bug, text) in B::Core::bugs().enumerate() {
        if groups.iter().any(|group| text.starts_with(group)) {
            caught(text, Bug::Insn(bug));
        }
    }
}

#[test]
fn armv6m_runs_as_in_qemu() {
    assert_eq!(replay(Nvic::<false>::new(), &Bug::None), Ok(16));
}

#[test]
fn armv7m_runs_as_in_qemu() {
    assert_eq!(replay(Nvic::<true>::new(), &Bug::None), Ok(25));
}

#[test]
fn rv32imac_runs_as_in_qemu() {
    assert_eq!(replay(Clint::new(Reservation::Cleared), &Bug::None), Ok(9));
}

#[test]
fn planted_bugs_are_caught() {
    catches(Nvic::<true>::new, &["exclusive", "special registers", "IT"]);
    catches(
        || Clint::new(Reservation::Cleared),
        &["atomic: SC.W", "atomic: LR.W", "CSR"],
    );

    // QEMU's hart ends a reservation at a trap.
    assert!(replay(Clint::new(Reservation::Kept), &Bug::None).is_err());
}
