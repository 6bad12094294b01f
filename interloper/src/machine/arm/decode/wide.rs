//! Branches and miscellaneous control in 32 bits (A5.3.4).

use super::{Decoded, Row, predictable, rows, special};
use crate::machine::{
    arm::{Profile, insn::Insn},
    encoding::{Fields, Pattern, sign_extend},
};

pub(super) const ROWS: &[Row] = rows! {
    Armv6M "MSR T1"    "1111 0011 1000 nnnn 1000 mm00 ssssssss"   write_special;
    Armv6M "MRS T1"    "1111 0011 1110 1111 1000 dddd ssssssss"   read_special;
    Armv7M "CLREX T1"  "1111 0011 1011 1111 1000 1111 0010 1111"  |_| Ok(Insn::ClearExclusive);
    Armv6M "DSB T1"    "1111 0011 1011 1111 1000 1111 0100 oooo"  |_| Ok(Insn::Barrier);
    Armv6M "DMB T1"    "1111 0011 1011 1111 1000 1111 0101 oooo"  |_| Ok(Insn::Barrier);
    Armv6M "ISB T1"    "1111 0011 1011 1111 1000 1111 0110 oooo"  |_| Ok(Insn::Barrier);
    Armv7M "WFE T2"    "1111 0011 1010 1111 1000 0000 0000 0010"  |_| Ok(Insn::WaitForEvent);
    Armv7M "WFI T2"    "1111 0011 1010 1111 1000 0000 0000 0011"  |_| Ok(Insn::WaitForInterrupt);
    Armv7M "SEV T2"    "1111 0011 1010 1111 1000 0000 0000 0100"  |_| Ok(Insn::SendEvent);
    Armv7M "NOP, YIELD, DBG and reserved hints T2" "1111 0011 1010 1111 1000 0000 oooooooo" |_| Ok(Insn::Nop);
    Armv6M "UDF T2"    "1111 0111 1111 iiii 1010 iiii iiii iiii"  |_| Ok(Insn::Abort);
    Armv6M "BL T1"     "11110 s iiiiiiiiii 11 a 1 b iiiiiiiiiii"  |f| Ok(Insn::BranchLink { offset: far(f) });
    Armv7M "B T4"      "11110 s iiiiiiiiii 10 a 1 b iiiiiiiiiii"  |f| Ok(Insn::Branch { condition: 14, offset: far(f) });
    Armv7M "B T3"      "11110 s cccc iiiiii 10 a 0 b iiiiiiiiiii" |f| conditional(f);
};

/// The mask selects the flags; other masks belong to the DSP extension (B5.2.3).
fn write_special(f: Fields) -> Decoded {
    let insn = Insn::WriteSpecial {
        rn: f.reg('n'),
        register: f.reg('s'),
    };
    predictable(insn, special(f.reg('n')) || f.get('m') != 0b10)
}

fn read_special(f: Fields) -> Decoded {
    let insn = Insn::ReadSpecial {
        rd: f.reg('d'),
        register: f.reg('s'),
    };
    predictable(insn, special(f.reg('d')))
}

/// The offset of `BL T1` and `B T4`.
fn far(f: Fields) -> i32 {
    let s = f.get('s');
    let (i1, i2) = (!(f.get('a') ^ s) & 1, !(f.get('b') ^ s) & 1);
    sign_extend((s << 23 | i1 << 22 | i2 << 21 | f.get('i')) << 1, 25) as i32
}

fn conditional(f: Fields) -> Decoded {
    if f.get('c') >= 14 {
        return Err(super::Invalid::Undefined);
    }
    let offset = (f.get('s') << 19 | f.get('b') << 18 | f.get('a') << 17 | f.get('i')) << 1;
    Ok(Insn::Branch {
        condition: f.reg('c'),
        offset: sign_extend(offset, 21) as i32,
    })
}
