//! The instructions, by what they do; several encodings share one.

use super::{
    alu::{Alu, Compare, Shift},
    system::is_mask,
};

/// The number of a general register. 13 is the stack pointer, 14 the link register, 15 reads as the
/// address of the instruction plus four.
pub(super) type Reg = u8;

/// Whether an instruction sets the condition flags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SetFlags {
    Always,
    Never,
    /// The 16-bit data-processing instructions.
    OutsideIt,
}

/// The second operand of a data-processing instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operand {
    /// A constant that leaves the carry of a logical instruction alone.
    Imm(u32),
    /// A constant that was rotated: its bit 31 is the carry of a logical instruction.
    Rotated(u32),
    /// A register shifted by a constant.
    Shifted { rm: Reg, shift: Shift, amount: u8 },
}

/// The offset of a load or store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Offset {
    Imm(i32),
    Shifted { rm: Reg, amount: u8 },
}

/// Which address is accessed, and whether the base register changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Index {
    /// Base plus offset; the base stays.
    Offset,
    /// Base plus offset, which becomes the base.
    Pre,
    /// The base, to which the offset is added.
    Post,
}

/// The size of a load or store in bytes, and what fills the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Width {
    pub(super) bytes: u8,
    pub(super) signed: bool,
}

impl Width {
    pub(super) const BYTE: Self = Self {
        bytes: 1,
        signed: false,
    };
    pub(super) const HALF: Self = Self {
        bytes: 2,
        signed: false,
    };
    pub(super) const WORD: Self = Self {
        bytes: 4,
        signed: false,
    };
    pub(super) const SIGNED_BYTE: Self = Self {
        bytes: 1,
        signed: true,
    };
    pub(super) const SIGNED_HALF: Self = Self {
        bytes: 2,
        signed: true,
    };
}

/// A multiplication with a 64-bit product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Long {
    pub(super) signed: bool,
    pub(super) accumulates: bool,
}

/// `REV`, `REV16`, `RBIT`, `REVSH`, `CLZ`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reorder {
    Bytes,
    BytesOfHalves,
    Bits,
    SignedHalf,
    LeadingZeros,
}

/// A load or store of several consecutive words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Multiple {
    pub(super) load: bool,
    pub(super) rn: Reg,
    /// Bit n is register n; the lowest register has the lowest address.
    pub(super) list: u16,
    pub(super) writeback: bool,
    /// The words end below the base, instead of beginning at it.
    pub(super) before: bool,
}

/// What one instruction does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Insn {
    Data {
        op: Alu,
        flags: SetFlags,
        rd: Reg,
        rn: Reg,
        operand: Operand,
    },
    Compare {
        op: Compare,
        rn: Reg,
        operand: Operand,
    },
    /// A shift by the lowest byte of a register.
    ShiftBy {
        shift: Shift,
        flags: SetFlags,
        rd: Reg,
        rn: Reg,
        rm: Reg,
    },
    /// The address of a literal, relative to the aligned program counter.
    Adr {
        rd: Reg,
        offset: i32,
    },
    MoveTop {
        rd: Reg,
        imm: u16,
    },
    Multiply {
        flags: SetFlags,
        rd: Reg,
        rn: Reg,
        rm: Reg,
    },
    MultiplyAdd {
        subtracts: bool,
        rd: Reg,
        rn: Reg,
        rm: Reg,
        ra: Reg,
    },
    MultiplyLong {
        long: Long,
        low: Reg,
        high: Reg,
        rn: Reg,
        rm: Reg,
    },
    Divide {
        signed: bool,
        rd: Reg,
        rn: Reg,
        rm: Reg,
    },
    Extend {
        width: Width,
        rd: Reg,
        rm: Reg,
        rotation: u8,
    },
    Reorder {
        order: Reorder,
        rd: Reg,
        rm: Reg,
    },
    Extract {
        signed: bool,
        rd: Reg,
        rn: Reg,
        lsb: u8,
        width: u8,
    },
    /// `BFI`; without a source `BFC`.
    Insert {
        rd: Reg,
        rn: Option<Reg>,
        lsb: u8,
        width: u8,
    },
    /// To a signed number of `bits` bits, or an unsigned one.
    Saturate {
        signed: bool,
        rd: Reg,
        rn: Reg,
        shift: Shift,
        amount: u8,
        bits: u8,
    },

    Load {
        width: Width,
        rt: Reg,
        rn: Reg,
        offset: Offset,
        index: Index,
    },
    Store {
        width: Width,
        rt: Reg,
        rn: Reg,
        offset: Offset,
        index: Index,
    },
    LoadLiteral {
        width: Width,
        rt: Reg,
        offset: i32,
    },
    LoadPair {
        rt: Reg,
        rt2: Reg,
        rn: Reg,
        offset: i16,
        index: Index,
    },
    StorePair {
        rt: Reg,
        rt2: Reg,
        rn: Reg,
        offset: i16,
        index: Index,
    },
    Multiple(Multiple),
    LoadExclusive {
        width: Width,
        rt: Reg,
        rn: Reg,
        offset: u16,
    },
    StoreExclusive {
        width: Width,
        rd: Reg,
        rt: Reg,
        rn: Reg,
        offset: u16,
    },
    ClearExclusive,
    /// `LDA`: memory is sequentially consistent, so it differs from `LDR` in what it refuses.
    LoadAcquire {
        width: Width,
        rt: Reg,
        rn: Reg,
    },
    /// `STL`.
    StoreRelease {
        width: Width,
        rt: Reg,
        rn: Reg,
    },

    Branch {
        condition: u8,
        offset: i32,
    },
    BranchLink {
        offset: i32,
    },
    BranchExchange {
        rm: Reg,
        link: bool,
    },
    BranchZero {
        rn: Reg,
        nonzero: bool,
        offset: u8,
    },
    /// `TBB`, `TBH`.
    BranchTable {
        rn: Reg,
        rm: Reg,
        halves: bool,
    },
    /// The state of the IT block that begins.
    IfThen(u8),

    Nop,
    Barrier,
    WaitForInterrupt,
    WaitForEvent,
    SendEvent,
    /// `CPSIE`, `CPSID`.
    ChangeMasks {
        primask: bool,
        faultmask: bool,
        set: bool,
    },
    ReadSpecial {
        rd: Reg,
        register: u8,
    },
    WriteSpecial {
        rn: Reg,
        register: u8,
    },
    Breakpoint,
    SupervisorCall,
    Abort,
    Undefined {
        encoding: u32,
    },
    Unpredictable {
        encoding: u32,
    },
}

impl Insn {
    /// Whether the instruction concerns general registers and flags alone: it touches no memory,
    /// changes no mask, and is followed by another.
    pub(super) fn is_local(self) -> bool {
        const SP: Reg = 13;
        match self {
            Self::Data { rd, .. } => rd != SP,
            Self::Compare { .. }
            | Self::ShiftBy { .. }
            | Self::Adr { .. }
            | Self::MoveTop { .. }
            | Self::Multiply { .. }
            | Self::MultiplyAdd { .. }
            | Self::MultiplyLong { .. }
            | Self::Divide { .. }
            | Self::Extend { .. }
            | Self::Reorder { .. }
            | Self::Extract { .. }
            | Self::Insert { .. }
            | Self::Saturate { .. }
            | Self::Branch { .. }
            | Self::BranchLink { .. }
            | Self::BranchZero { .. }
            | Self::IfThen(_)
            | Self::Nop
            | Self::Barrier => true,
            _ => false,
        }
    }

    /// Whether the instruction may change which interrupts can be taken, or the event register, or sets the monitor,
    /// which an interrupt opens.
    pub(super) fn schedules(self) -> bool {
        matches!(
            self,
            Self::ChangeMasks { .. }
                | Self::WriteSpecial { .. }
                | Self::WaitForEvent
                | Self::LoadExclusive { .. }
        )
    }

    /// Whether the instruction reads a mask.
    pub(super) fn reads_masks(self) -> bool {
        matches!(self, Self::ReadSpecial { register, .. } if is_mask(register))
    }
}
