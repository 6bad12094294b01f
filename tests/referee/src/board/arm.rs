//! `microbit` (Cortex-M0) and `mps2-an385` (Cortex-M3).
//!
//! Flash begins at zero on both boards, and the firmware's at 64 KiB: the vector table and the debugger's own
//! instructions lie below it. The debugger makes interrupts pending as a program does, by a store to the NVIC, which is
//! not in the memory that it reaches itself.

use anyhow::{Result, bail, ensure};
use interloper::{
    landings::{Call, Firmware},
    machine,
};

use super::Board;
use crate::{emulator::Emulator, gdb::Gdb};

/// Registers by their numbers in a list of all: `xPSR` is the last one.
const SP: usize = 13;
const LR: usize = 14;
const PC: usize = 15;
const XPSR: usize = 16;
const THUMB: u32 = 1 << 24;

/// The vector of interrupt 0.
const VECTORS: u32 = 0x40;
/// The debugger's own instructions: `str r0, [r1]`, and `mrs` of the mask registers.
const STORE: u32 = 0x1000;
const MASKS: u32 = 0x1010;
const STR: u16 = 0x6008;
/// `PRIMASK` to `r0`, `BASEPRI` to `r1`, `FAULTMASK` to `r2`.
const MRS: [[u16; 2]; 3] = [[0xf3ef, 0x8010], [0xf3ef, 0x8111], [0xf3ef, 0x8213]];

/// The NVIC.
const ISER: u32 = 0xe000_e100;
const ISPR: u32 = 0xe000_e200;
const IPR: u32 = 0xe000_e400;

/// Where the program counter lies in an exception frame.
const FRAME_PC: u32 = 24;

/// A board with a Cortex-M.
#[derive(Debug)]
pub struct Arm {
    emulator: Emulator,
    idle: u32,
    stack: u32,
    /// How many mask registers the core has.
    masks: usize,
}

impl Arm {
    /// Executes so many instructions of the debugger's own, and leaves all registers as they are. Returns their results.
    fn execute(&mut self, address: u32, count: usize, arguments: [u32; 2]) -> Result<Vec<u32>> {
        let gdb = &mut self.emulator.gdb;
        let registers = gdb.registers()?;
        let mut own = registers.clone();
        own[..2].copy_from_slice(&arguments);
        // No `IT` block is left over from the code that is interrupted here.
        (own[PC], own[XPSR]) = (address, registers[XPSR] & 0x1ff | THUMB);
        gdb.set_registers(&own)?;
        for _ in 0..count {
            gdb.step()?;
        }
        let after = gdb.registers()?;
        let len = 2 * count as u32..=4 * count as u32;
        ensure!(
            len.contains(&after[PC].wrapping_sub(address)),
            "the debugger's instruction at {address:#x} went to {:#x}",
            after[PC]
        );
        gdb.set_registers(&registers)?;
        Ok(after)
    }

    /// Enables the interrupts.
    fn enable(&mut self) -> Result<()> {
        self.begin(self.idle, self.stack)?;
        self.store(ISER, u32::MAX)
    }

    fn store(&mut self, address: u32, value: u32) -> Result<()> {
        self.execute(STORE, 1, [value, address]).map(drop)
    }
}

impl Board for Arm {
    type Core = machine::Arm;

    const PC: usize = PC;

    fn start(target: &str, firmware: &Firmware<Self::Core>) -> Result<Self> {
        // The chip of the board has 256 KiB of flash and 16 KiB of RAM, which is less than a table may have.
        let sizes = [
            "-global",
            "nrf51-soc.flash-size=1179648",
            "-global",
            "nrf51-soc.sram-size=131072",
        ];
        let (machine, arguments, masks): (_, &[&str], _) = match target {
            "thumbv6m-none-eabi" => ("microbit", &sizes, 1),
            "thumbv7m-none-eabi" => ("mps2-an385", &[], 3),
            _ => bail!("no board executes {target}"),
        };
        let emulator = Emulator::start(machine, arguments, firmware.elf())?;
        let idle = firmware.idle();
        let mut board = Self {
            emulator,
            idle,
            stack: firmware.stack().end,
            masks,
        };
        let halves = MRS.as_flattened().iter();
        let bytes: Vec<u8> = halves.flat_map(|half| half.to_le_bytes()).collect();
        let gdb = board.gdb();
        gdb.write(MASKS, &bytes)?;
        gdb.write(STORE, &STR.to_le_bytes())?;
        gdb.break_at(idle)?;
        board.enable()?;
        Ok(board)
    }

    fn reset(&mut self) -> Result<()> {
        self.gdb().reset()?;
        self.enable()
    }

    fn end(self) -> Result<()> {
        self.emulator.end()
    }

    fn gdb(&mut self) -> &mut Gdb {
        &mut self.emulator.gdb
    }

    fn prepare(&mut self, calls: &[Call]) -> Result<()> {
        let mut priorities = [0; 4];
        for (number, call) in calls.iter().enumerate() {
            let vector = VECTORS + 4 * number as u32;
            self.gdb().write(vector, &(call.run | 1).to_le_bytes())?;
            let priority = u32::from(call.priority.unwrap_or(0));
            ensure!(priority < 4, "a Cortex-M0 has no priority {priority}");
            priorities[number / 4] |= priority << 6 << (number % 4 * 8);
        }
        for (at, priorities) in priorities.into_iter().enumerate() {
            self.store(IPR + 4 * at as u32, priorities)?;
        }
        Ok(())
    }

    fn begin(&mut self, entry: u32, stack: u32) -> Result<()> {
        let mut registers = [0; 17];
        registers[SP] = stack & !7;
        registers[LR] = self.idle | 1;
        registers[PC] = entry;
        registers[XPSR] = THUMB;
        self.gdb().set_registers(&registers)
    }

    fn masked(&mut self) -> Result<bool> {
        let masks = self.execute(MASKS, self.masks, [0; 2])?;
        Ok(masks[..self.masks].iter().any(|&mask| mask != 0))
    }

    fn pend(&mut self, call: usize) -> Result<()> {
        self.store(ISPR, 1 << call)
    }

    fn interrupted(&mut self) -> Result<u32> {
        let frame = self.gdb().register(SP)?;
        Ok(self.gdb().word(frame + FRAME_PC)? & !1)
    }

    fn step(&mut self) -> Result<()> {
        self.gdb().step()
    }

    fn go_on_to(&mut self, address: u32) -> Result<()> {
        if address == self.idle {
            return self.gdb().go_on();
        }
        self.gdb().break_at(address)?;
        self.gdb().go_on()?;
        self.gdb().unbreak_at(address)
    }
}
