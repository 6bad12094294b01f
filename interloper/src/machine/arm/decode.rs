//! From encodings to instructions, by tables in the order and with the names of the manual.
//!
//! The first row that matches decides. Rows of Armv7-M do not exist for Armv6-M.

use super::{
    Profile,
    insn::{Insn, Reg},
};
use crate::machine::encoding::{Fields, Pattern};

mod data;
mod narrow;
mod transfer;
mod wide;

/// One encoding.
struct Row {
    name: &'static str,
    pattern: Pattern,
    since: Profile,
    build: fn(Fields) -> Decoded,
}

/// A defined instruction, or none because the manual calls the encoding undefined or unpredictable.
type Decoded = Result<Insn, Invalid>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Invalid {
    Undefined,
    Unpredictable,
}

/// Rows of a table: profile, name, pattern, and how the fields make an instruction.
macro_rules! rows {
    ($($since:ident $name:literal $pattern:literal $build:expr;)*) => {
        &[$(Row {
            name: $name,
            pattern: const { Pattern::new($pattern) },
            since: Profile::$since,
            build: $build,
        }),*]
    };
}
use rows;

/// Whether a halfword is the first of two (A5.1).
#[inline]
pub(super) fn is_wide(halfword: u16) -> bool {
    halfword >> 11 > 0b11100
}

/// The row of an encoding of one halfword, or of two with the first in the upper half.
fn row(profile: Profile, encoding: u32) -> Option<&'static Row> {
    let tables: &[&[Row]] = match u16::try_from(encoding) {
        Ok(_) => &[narrow::ROWS],
        Err(_) => &[wide::ROWS, data::ROWS, transfer::ROWS],
    };
    let mut rows = tables
        .iter()
        .copied()
        .flatten()
        .filter(|row| row.since <= profile);
    rows.find(|row| row.pattern.matches(encoding))
}

/// The instruction and the encoding, as the manual names them.
pub(super) fn name(profile: Profile, encoding: u32) -> Option<&'static str> {
    row(profile, encoding).map(|row| row.name)
}

/// Decodes an instruction of one halfword, or of two with the first in the upper half.
pub(super) fn decode(profile: Profile, encoding: u32) -> Insn {
    match row(profile, encoding).map(|row| (row.build)(row.pattern.fields(encoding))) {
        Some(Ok(insn)) => insn,
        Some(Err(Invalid::Unpredictable)) => Insn::Unpredictable { encoding },
        Some(Err(Invalid::Undefined)) | None => Insn::Undefined { encoding },
    }
}

/// `insn`, unless the manual calls it unpredictable.
fn predictable(insn: Insn, unpredictable: bool) -> Decoded {
    if unpredictable {
        Err(Invalid::Unpredictable)
    } else {
        Ok(insn)
    }
}

/// The stack pointer and the program counter, which most 32-bit instructions do not take.
fn special(register: Reg) -> bool {
    matches!(register, 13 | 15)
}

/// The names of all rows.
#[cfg(test)]
pub(super) fn names(profile: Profile) -> Vec<&'static str> {
    let rows = [narrow::ROWS, wide::ROWS, data::ROWS, transfer::ROWS]
        .into_iter()
        .flatten();
    rows.filter(|row| row.since <= profile)
        .map(|row| row.name)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn narrow() -> Vec<&'static Row> {
        narrow::ROWS.iter().collect()
    }

    fn wide() -> Vec<&'static Row> {
        [wide::ROWS, data::ROWS, transfer::ROWS]
            .into_iter()
            .flatten()
            .collect()
    }

    #[test]
    fn no_row_hides_another() {
        let mut state = 1_u64;
        let mut random = || {
            state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
            (state >> 32) as u32
        };
        for rows in [narrow(), wide()] {
            for row in &rows {
                let mut examples = (0..1000).map(|_| row.pattern.example(random()));
                let first = |encoding| rows.iter().find(|row| row.pattern.matches(encoding));
                let reached = examples
                    .any(|encoding| first(encoding).is_some_and(|first| first.name == row.name));
                assert!(reached, "{} is never the first match", row.name);
            }
        }
    }

    #[test]
    fn patterns_have_the_width_of_their_table() {
        assert!(narrow().iter().all(|row| row.pattern.width() == 16));
        assert!(wide().iter().all(|row| row.pattern.width() == 32));
    }

    #[test]
    fn names_are_unique() {
        let mut names: Vec<_> = narrow()
            .into_iter()
            .chain(wide())
            .map(|row| row.name)
            .collect();
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]));
    }

    #[test]
    fn armv6m_has_seven_wide_instructions() {
        let wide = wide()
            .into_iter()
            .filter(|row| row.since == Profile::Armv6M);
        let wide: Vec<_> = wide.map(|row| row.name).collect();
        assert_eq!(
            wide,
            [
                "MSR T1", "MRS T1", "DSB T1", "DMB T1", "ISB T1", "UDF T2", "BL T1"
            ]
        );
    }
}
