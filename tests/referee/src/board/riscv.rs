//! `virt`, with one hart in machine mode.
//!
//! A handler of a table is a function. What a runtime does around it (save registers, acknowledge, restore) is done here
//! by the debugger, at the trap and at the function's return:
//!
//! ```text
//! trap ──► TRAP   the debugger saves the registers, and calls the handler
//!          LEAVE  the debugger restores them; `mret` is executed
//! ```

use std::collections::VecDeque;

use anyhow::{Context, Result, ensure};
use interloper::{
    landings::{Call, Firmware},
    machine,
};

use super::Board;
use crate::{emulator::Emulator, gdb::Gdb};

/// Registers by their numbers in a list of all.
const RA: usize = 1;
const SP: usize = 2;
const PC: usize = 32;

/// Behind the firmware's RAM.
const TRAP: u32 = 0x8020_0000;
const LEAVE: u32 = TRAP + 4;
const MRET: u32 = 0x3020_0073;
/// What the machine of `interloper` saves, too.
const FRAME: u32 = 80;

/// The word of the CLINT that requests the software interrupt of hart 0.
const MSIP: u32 = 0x0200_0000;
/// The software interrupt's bit in `mie`.
const SOFTWARE: u32 = 1 << 3;
/// `mstatus.MIE`.
const ENABLED: u32 = 1 << 3;

/// The numbers of control registers in QEMU's protocol.
#[derive(Debug)]
struct Csrs {
    mstatus: usize,
    mepc: usize,
    mie: usize,
    mtvec: usize,
}

/// What the debugger saved at a trap.
#[derive(Debug)]
struct Saved {
    registers: Vec<u32>,
    mstatus: u32,
    mepc: u32,
}

/// A board with a RISC-V hart.
#[derive(Debug)]
pub struct Riscv {
    emulator: Emulator,
    idle: u32,
    csrs: Csrs,
    /// The handler of each call.
    handlers: Vec<u32>,
    pending: VecDeque<usize>,
    saved: Vec<Saved>,
}

impl Riscv {
    fn request(&mut self, is_pending: bool) -> Result<()> {
        let gdb = self.gdb();
        // The debugger reaches devices by their physical addresses alone.
        gdb.done("Qqemu.PhyMemMode:1")?;
        gdb.write(MSIP, &u32::from(is_pending).to_le_bytes())?;
        gdb.done("Qqemu.PhyMemMode:0")
    }

    /// Enables the software interrupt.
    fn enable(&mut self) -> Result<()> {
        let (mie, mtvec) = (self.csrs.mie, self.csrs.mtvec);
        self.gdb().set_register(mtvec, TRAP)?;
        self.gdb().set_register(mie, SOFTWARE)
    }

    /// Does what a runtime does, at the places of the debugger; returns the address of the next instruction.
    fn settle(&mut self) -> Result<u32> {
        match self.pc()? {
            TRAP => self.enter()?,
            LEAVE => self.leave()?,
            at => return Ok(at),
        }
        self.pc()
    }

    fn enter(&mut self) -> Result<()> {
        let call = self
            .pending
            .pop_front()
            .context("a trap without a request")?;
        self.request(!self.pending.is_empty())?;
        let (mstatus, mepc) = (self.csrs.mstatus, self.csrs.mepc);
        let gdb = self.gdb();
        let saved = Saved {
            registers: gdb.registers()?,
            mstatus: gdb.register(mstatus)?,
            mepc: gdb.register(mepc)?,
        };
        let mut registers = saved.registers.clone();
        registers[RA] = LEAVE;
        registers[SP] -= FRAME;
        registers[PC] = self.handlers[call];
        self.saved.push(saved);
        self.gdb().set_registers(&registers)
    }

    fn leave(&mut self) -> Result<()> {
        let saved = self.saved.pop().context("a return without a trap")?;
        let (mstatus, mepc) = (self.csrs.mstatus, self.csrs.mepc);
        let mut registers = saved.registers;
        registers[PC] = LEAVE;
        let gdb = self.gdb();
        gdb.set_registers(&registers)?;
        gdb.set_register(mstatus, saved.mstatus)?;
        gdb.set_register(mepc, saved.mepc)?;
        gdb.step()
    }
}

impl Board for Riscv {
    type Core = machine::Riscv;

    const PC: usize = PC;

    fn start(_target: &str, firmware: &Firmware<Self::Core>) -> Result<Self> {
        let mut emulator = Emulator::start("virt", &["-m", "16M"], firmware.elf())?;
        let document = emulator.gdb.document("riscv-csr.xml")?;
        let number = |name: &str| number(&document, name);
        let csrs = Csrs {
            mstatus: number("mstatus")?,
            mepc: number("mepc")?,
            mie: number("mie")?,
            mtvec: number("mtvec")?,
        };
        let gdb = &mut emulator.gdb;
        gdb.write(TRAP, &[0; 4])?;
        gdb.write(LEAVE, &MRET.to_le_bytes())?;
        gdb.break_at(TRAP)?;
        gdb.break_at(LEAVE)?;
        gdb.break_at(firmware.idle())?;
        let mut board = Self {
            emulator,
            idle: firmware.idle(),
            csrs,
            handlers: Vec::new(),
            pending: VecDeque::new(),
            saved: Vec::new(),
        };
        board.enable()?;
        Ok(board)
    }

    fn reset(&mut self) -> Result<()> {
        self.pending.clear();
        self.saved.clear();
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
        self.handlers = calls.iter().map(|call| call.run).collect();
        ensure!(self.saved.is_empty(), "a handler is active");
        let mstatus = self.csrs.mstatus;
        let value = self.gdb().register(mstatus)?;
        self.gdb().set_register(mstatus, value | ENABLED)
    }

    fn begin(&mut self, entry: u32, stack: u32) -> Result<()> {
        let mut registers = [0; 33];
        registers[RA] = self.idle;
        registers[SP] = stack & !15;
        registers[PC] = entry;
        self.gdb().set_registers(&registers)
    }

    fn masked(&mut self) -> Result<bool> {
        let mstatus = self.csrs.mstatus;
        Ok(self.gdb().register(mstatus)? & ENABLED == 0)
    }

    fn pend(&mut self, call: usize) -> Result<()> {
        self.pending.push_back(call);
        self.request(true)
    }

    fn interrupted(&mut self) -> Result<u32> {
        let saved = self.saved.last().context("no handler is active")?;
        Ok(saved.mepc)
    }

    fn step(&mut self) -> Result<()> {
        self.gdb().step()?;
        self.settle().map(drop)
    }

    fn go_on_to(&mut self, address: u32) -> Result<()> {
        if address != self.idle {
            self.gdb().break_at(address)?;
        }
        loop {
            self.gdb().go_on()?;
            let at = self.settle()?;
            if at == address || at == self.idle {
                break;
            }
        }
        if address != self.idle {
            self.gdb().unbreak_at(address)?;
        }
        Ok(())
    }
}

/// The number of a register in the description of the target.
fn number(document: &str, name: &str) -> Result<usize> {
    let mut registers = document.split("<reg ");
    let register = registers.find(|it| it.contains(&format!("name=\"{name}\"")));
    let register = register.with_context(|| format!("QEMU has no register {name}"))?;
    let number = register
        .split("regnum=\"")
        .nth(1)
        .and_then(|it| it.split('"').next());
    Ok(number
        .with_context(|| format!("{name} has no number"))?
        .parse()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_register_is_found_by_its_name() {
        let document = "<feature><reg name=\"mie\" bitsize=\"32\" regnum=\"7\"/><reg name=\"mi\" regnum=\"8\"/></feature>";
        assert_eq!(number(document, "mie").unwrap(), 7);
        assert_eq!(number(document, "mi").unwrap(), 8);
        assert!(number(document, "mepc").is_err());
    }
}
