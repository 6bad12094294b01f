//! Control and status registers: *The RISC-V Instruction Set Manual, Volume II*, "Machine-Level
//! ISA".

use super::{
    Riscv,
    insn::{Change, Operand, Reg},
};
use crate::machine::FaultKind;

/// The registers of machine mode. Nothing else than it exists, so that `mstatus.MPP` is always
/// machine mode.
#[derive(Clone, Debug)]
pub(super) struct Csrs {
    /// `mstatus.MIE`.
    pub(super) enabled: bool,
    /// `mstatus.MPIE`.
    pub(super) previously_enabled: bool,
    pub(super) mie: u32,
    pub(super) mtvec: u32,
    pub(super) mscratch: u32,
    pub(super) mepc: u32,
    pub(super) mcause: u32,
}

impl Default for Csrs {
    /// All interrupts enabled.
    fn default() -> Self {
        let [mtvec, mscratch, mepc, mcause] = [0; 4];
        Self {
            enabled: true,
            previously_enabled: false,
            mie: u32::MAX,
            mtvec,
            mscratch,
            mepc,
            mcause,
        }
    }
}

/// The numbers of the registers.
mod number {
    pub(super) const MSTATUS: u16 = 0x300;
    pub(super) const MISA: u16 = 0x301;
    pub(super) const MIE: u16 = 0x304;
    pub(super) const MTVEC: u16 = 0x305;
    pub(super) const MSTATUSH: u16 = 0x310;
    pub(super) const MSCRATCH: u16 = 0x340;
    pub(super) const MEPC: u16 = 0x341;
    pub(super) const MCAUSE: u16 = 0x342;
    pub(super) const MTVAL: u16 = 0x343;
    pub(super) const MIP: u16 = 0x344;
    pub(super) const MCYCLE: u16 = 0xb00;
    pub(super) const MHPMCOUNTER31H: u16 = 0xb9f;
    pub(super) const CYCLE: u16 = 0xc00;
    pub(super) const HPMCOUNTER31H: u16 = 0xc9f;
    pub(super) const MVENDORID: u16 = 0xf11;
    pub(super) const MIMPID: u16 = 0xf13;
    pub(super) const MHARTID: u16 = 0xf14;
}

/// The fields of `mstatus`.
mod mstatus {
    pub(super) const MIE: u32 = 1 << 3;
    pub(super) const MPIE: u32 = 1 << 7;
    pub(super) const MPP: u32 = 0b11 << 11;
}

/// 32 bits, and the extensions A, C, I and M.
const EXTENSIONS: u32 = 1 << 30 | 1 << 12 | 1 << 8 | 1 << 2 | 1;

impl Csrs {
    pub(super) fn mstatus(&self) -> u32 {
        let bit = |set, bit| if set { bit } else { 0 };
        mstatus::MPP | bit(self.enabled, mstatus::MIE) | bit(self.previously_enabled, mstatus::MPIE)
    }

    pub(super) fn set_mstatus(&mut self, value: u32) {
        (self.enabled, self.previously_enabled) =
            (value & mstatus::MIE != 0, value & mstatus::MPIE != 0);
    }

    /// Everything that decides how the hart goes on.
    pub(super) fn words(&self) -> [u32; 6] {
        [
            self.mstatus(),
            self.mie,
            self.mtvec,
            self.mscratch,
            self.mepc,
            self.mcause,
        ]
    }
}

impl Riscv {
    /// An instruction of Zicsr; the value read is the old one.
    pub(super) fn access_csr(
        &mut self,
        change: Change,
        rd: Reg,
        source: Option<Operand>,
        csr: u16,
    ) -> Result<u32, FaultKind> {
        // `CSRRW` to `x0` does not read; none of the registers here has side effects of a read.
        let old = match (change, rd) {
            (Change::Write, 0) => 0,
            _ => self.read_csr(csr)?,
        };
        let Some(source) = source else {
            return Ok(old);
        };
        let operand = self.operand(source);
        self.write_csr(
            csr,
            match change {
                Change::Write => operand,
                Change::Set => old | operand,
                Change::Clear => old & !operand,
            },
        )?;
        Ok(old)
    }

    fn read_csr(&self, csr: u16) -> Result<u32, FaultKind> {
        use number::*;
        Ok(match csr {
            MSTATUS => self.csrs.mstatus(),
            MISA => EXTENSIONS,
            MIE => self.csrs.mie,
            MTVEC => self.csrs.mtvec,
            MSCRATCH => self.csrs.mscratch,
            MEPC => self.csrs.mepc,
            MCAUSE => self.csrs.mcause,
            // No trap here has a value, and what is pending is for the caller of the machine.
            MSTATUSH | MTVAL | MIP | MVENDORID..=MIMPID => 0,
            MHARTID => self.id,
            MCYCLE..=MHPMCOUNTER31H | CYCLE..=HPMCOUNTER31H => return Err(FaultKind::Time),
            _ => return Err(FaultKind::Register { number: csr }),
        })
    }

    fn write_csr(&mut self, csr: u16, value: u32) -> Result<(), FaultKind> {
        use number::*;
        match csr {
            MSTATUS => self.csrs.set_mstatus(value),
            MIE => self.csrs.mie = value,
            // Direct or vectored; other modes are reserved.
            MTVEC => self.csrs.mtvec = value & !0b10,
            MSCRATCH => self.csrs.mscratch = value,
            MEPC => self.csrs.mepc = value & !1,
            MCAUSE => self.csrs.mcause = value,
            MISA | MSTATUSH | MTVAL | MIP => {}
            MCYCLE..=MHPMCOUNTER31H => return Err(FaultKind::Time),
            // A write to a read-only register is `unimp`, which rustc emits for `abort` and where
            // no path leads.
            CYCLE => return Err(FaultKind::Abort),
            _ => return Err(FaultKind::Register { number: csr }),
        }
        Ok(())
    }
}
