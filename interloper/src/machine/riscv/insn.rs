//! The instructions, by what they do; a compressed one is that which it stands for.

/// The number of a general register. 0 is always zero, 1 the return address, 2 the stack pointer.
pub(super) type Reg = u8;

/// An operation on two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Alu {
    Add,
    Sub,
    ShiftLeft,
    Less,
    LessUnsigned,
    Xor,
    ShiftRight,
    ShiftRightArithmetic,
    Or,
    And,
    Multiply,
    MultiplyHigh,
    MultiplyHighSignedUnsigned,
    MultiplyHighUnsigned,
    Divide,
    DivideUnsigned,
    Remainder,
    RemainderUnsigned,
}

/// The condition of a branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Test {
    Equal,
    NotEqual,
    Less,
    GreaterEqual,
    LessUnsigned,
    GreaterEqualUnsigned,
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
        signed: true,
    };
    pub(super) const HALF: Self = Self {
        bytes: 2,
        signed: true,
    };
    pub(super) const WORD: Self = Self {
        bytes: 4,
        signed: true,
    };
    pub(super) const BYTE_UNSIGNED: Self = Self {
        bytes: 1,
        signed: false,
    };
    pub(super) const HALF_UNSIGNED: Self = Self {
        bytes: 2,
        signed: false,
    };
}

/// An atomic memory operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Amo {
    Swap,
    Add,
    Xor,
    And,
    Or,
    Min,
    Max,
    MinUnsigned,
    MaxUnsigned,
}

/// The second operand: a register or a constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operand {
    Reg(Reg),
    Imm(u32),
}

/// What becomes of a CSR.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    Write,
    Set,
    Clear,
}

/// What one instruction does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Insn {
    LoadUpper {
        rd: Reg,
        imm: u32,
    },
    AddUpperToPc {
        rd: Reg,
        imm: u32,
    },
    Jump {
        rd: Reg,
        offset: i32,
    },
    JumpRegister {
        rd: Reg,
        rs1: Reg,
        offset: i32,
    },
    Branch {
        test: Test,
        rs1: Reg,
        rs2: Reg,
        offset: i32,
    },
    Load {
        width: Width,
        rd: Reg,
        rs1: Reg,
        offset: i32,
    },
    Store {
        width: Width,
        rs1: Reg,
        rs2: Reg,
        offset: i32,
    },
    Alu {
        op: Alu,
        rd: Reg,
        rs1: Reg,
        operand: Operand,
    },
    LoadReserved {
        rd: Reg,
        rs1: Reg,
    },
    StoreConditional {
        rd: Reg,
        rs1: Reg,
        rs2: Reg,
    },
    Amo {
        op: Amo,
        rd: Reg,
        rs1: Reg,
        rs2: Reg,
    },
    Fence,
    /// Without a source the CSR is read only.
    Csr {
        change: Change,
        rd: Reg,
        source: Option<Operand>,
        csr: u16,
    },
    MachineReturn,
    WaitForInterrupt,
    EnvironmentCall,
    Breakpoint,
    Undefined {
        encoding: u32,
    },
}

impl Insn {
    /// Whether the instruction concerns general registers alone: it touches no memory and no CSR,
    /// and is followed by another.
    pub(super) fn is_local(self) -> bool {
        const SP: Reg = 2;
        match self {
            Self::LoadUpper { rd, .. }
            | Self::AddUpperToPc { rd, .. }
            | Self::Jump { rd, .. }
            | Self::Alu { rd, .. } => rd != SP,
            Self::Branch { .. } | Self::Fence => true,
            _ => false,
        }
    }

    /// Whether the instruction may change which interrupts can be taken, reads a register that a handler may leave
    /// changed, or makes a reservation, which an interrupt ends.
    pub(super) fn schedules(self) -> bool {
        matches!(
            self,
            Self::Csr { .. } | Self::MachineReturn | Self::LoadReserved { .. }
        )
    }
}
