//! Instructions as text, in the unified syntax (A7.1): what the core executes, not what a disassembler takes it for.

use super::{
    Arm, decode, encoding,
    insn::{Insn, Width},
};
use line::Line;

mod line;
mod operand;

impl Arm {
    /// The instruction at an address of the flash, in assembly.
    #[must_use]
    pub fn assembly_at(&self, address: u32) -> Option<String> {
        let encoding = encoding(self.program.flash(), address)?;
        let line = Line {
            insn: decode::decode(self.profile, encoding),
            address,
            name: decode::name(self.profile, encoding).unwrap_or_default(),
        };
        Some(line.to_string())
    }

    /// The address that the instruction at `address` calls.
    #[must_use]
    pub fn callee_at(&self, address: u32) -> Option<u32> {
        match decode::decode(self.profile, encoding(self.program.flash(), address)?) {
            Insn::BranchLink { offset } => Some(target(address, offset)),
            _ => None,
        }
    }

    /// The literal that the instruction at `address` loads.
    #[must_use]
    pub fn literal_at(&self, address: u32) -> Option<u32> {
        match decode::decode(self.profile, encoding(self.program.flash(), address)?) {
            Insn::LoadLiteral {
                width: Width::WORD,
                offset,
                ..
            } => {
                let base = address.wrapping_add(4) & !3;
                self.program.flash().word(base.wrapping_add_signed(offset))
            }
            _ => None,
        }
    }
}

/// Where a branch goes.
fn target(address: u32, offset: i32) -> u32 {
    address.wrapping_add(4).wrapping_add_signed(offset)
}

#[cfg(test)]
mod tests {
    use crate::machine::{Arm, Flash, Profile};

    fn assembly(halfwords: &[u16]) -> String {
        let bytes: Vec<u8> = halfwords.iter().flat_map(|it| it.to_le_bytes()).collect();
        let arm = Arm::new(Profile::Armv8M, &Flash::new(0x1000, bytes));
        arm.assembly_at(0x1000).unwrap()
    }

    /// Each line is what GNU objdump prints for the encoding, but for the spaces.
    #[test]
    fn instructions_are_written_as_disassemblers_write_them() {
        for (halfwords, text) in [
            (&[0x2011][..], "movs r0, #17"),
            (&[0x3001], "adds r0, #1"),
            (&[0x1c42], "adds r2, r0, #1"),
            (&[0x0088], "lsls r0, r1, #2"),
            (&[0x4288], "cmp r0, r1"),
            (&[0x6808], "ldr r0, [r1]"),
            (&[0x6848], "ldr r0, [r1, #4]"),
            (&[0x7008], "strb r0, [r1]"),
            (&[0x4802], "ldr r0, [pc, #8]"),
            (&[0xb580], "push {r7, lr}"),
            (&[0xbd80], "pop {r7, pc}"),
            (&[0xb672], "cpsid i"),
            (&[0xbf30], "wfi"),
            (&[0xbf08], "it eq"),
            (&[0xbf0c], "ite eq"),
            (&[0xbf1c], "itt ne"),
            (&[0xd1fe], "bne 0x1000"),
            (&[0x4770], "bx lr"),
            (&[0xf3ef, 0x8010], "mrs r0, primask"),
            (&[0xf380, 0x8810], "msr primask, r0"),
            (&[0xf3bf, 0x8f5f], "dmb sy"),
            (&[0xe851, 0x0f00], "ldrex r0, [r1]"),
            (&[0xe841, 0x2000], "strex r0, r2, [r1]"),
            (&[0xe8d1, 0x0f5f], "ldrexh r0, [r1]"),
            (&[0xe8d1, 0x0fef], "ldaex r0, [r1]"),
            (&[0xe8c1, 0x2fc0], "stlexb r0, r2, [r1]"),
            (&[0xe8d1, 0x0faf], "lda r0, [r1]"),
            (&[0xe8c1, 0x0f8f], "stlb r0, [r1]"),
            (&[0xf7ff, 0xfffe], "bl 0x1000"),
            (&[0xb2c0], "uxtb r0, r0"),
        ] {
            assert_eq!(assembly(halfwords), text, "{halfwords:x?}");
        }
    }

    #[test]
    fn a_part_of_a_word_is_found() {
        use crate::machine::Core as _;
        // strb r0, [r1, #2]; str r0, [r1]
        let flash = Flash::new(0x1000, [0x88, 0x70, 0x08, 0x60]);
        let mut arm = Arm::new(Profile::Armv6M, &flash);
        arm.boot(0x1000, 0x2000_0000..0x2000_0100);
        arm.set_register(1, 0x2000_0200);
        assert_eq!(arm.part_accessed(), Some(0x2000_0202..0x2000_0203));
        arm.boot(0x1002, 0x2000_0000..0x2000_0100);
        assert_eq!(arm.part_accessed(), None);
    }

    #[test]
    fn literals_and_callees_are_found() {
        let bytes = [
            0x01, 0x48, 0x00, 0xbf, 0xff, 0xf7, 0xfc, 0xff, 0x78, 0x56, 0x34, 0x12,
        ];
        let arm = Arm::new(Profile::Armv6M, &Flash::new(0x1000, bytes));
        assert_eq!(arm.literal_at(0x1000), Some(0x1234_5678));
        assert_eq!(arm.callee_at(0x1004), Some(0x1000));
        assert_eq!(arm.callee_at(0x1000), None);
    }
}
