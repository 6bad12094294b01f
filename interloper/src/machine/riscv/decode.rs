//! From encodings to instructions, by tables in the order and with the names of the manual.

use super::insn::Insn;
use crate::machine::encoding::{Fields, Pattern};

mod base;
mod compressed;

/// One encoding; the first row that matches decides.
struct Row {
    name: &'static str,
    pattern: Pattern,
    build: fn(Fields) -> Option<Insn>,
}

/// Rows of a table: name, pattern, and how the fields make an instruction, or none where the
/// encoding is reserved.
macro_rules! rows {
    ($($name:literal $pattern:literal $build:expr;)*) => {
        &[$(Row { name: $name, pattern: const { Pattern::new($pattern) }, build: $build }),*]
    };
}
use rows;

/// Whether an instruction that begins with this halfword has a second one.
#[inline]
pub(super) fn is_wide(halfword: u16) -> bool {
    halfword & 0b11 == 0b11
}

fn row(encoding: u32) -> Option<&'static Row> {
    let rows = if is_wide(encoding as u16) {
        base::ROWS
    } else {
        compressed::ROWS
    };
    rows.iter().find(|row| row.pattern.matches(encoding))
}

/// The instruction, as the manual names it.
pub(super) fn name(encoding: u32) -> Option<&'static str> {
    row(encoding).map(|row| row.name)
}

/// Decodes an instruction of one halfword, or of two with the first in the lower half.
pub(super) fn decode(encoding: u32) -> Insn {
    row(encoding)
        .and_then(|row| (row.build)(row.pattern.fields(encoding)))
        .unwrap_or(Insn::Undefined { encoding })
}

/// The names of all rows.
#[cfg(test)]
pub(super) fn names() -> Vec<&'static str> {
    [base::ROWS, compressed::ROWS]
        .into_iter()
        .flatten()
        .map(|row| row.name)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_row_hides_another() {
        let mut state = 1_u64;
        let mut random = || {
            state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
            (state >> 32) as u32
        };
        for row in [base::ROWS, compressed::ROWS].into_iter().flatten() {
            let mut examples = (0..1000).map(|_| row.pattern.example(random()));
            assert!(
                examples.any(|encoding| name(encoding) == Some(row.name)),
                "{} is never the first match",
                row.name
            );
        }
    }

    #[test]
    fn patterns_have_the_width_of_their_table() {
        assert!(base::ROWS.iter().all(|row| row.pattern.width() == 32));
        assert!(compressed::ROWS.iter().all(|row| row.pattern.width() == 16));
    }

    #[test]
    fn names_are_unique() {
        let mut names = names();
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]));
    }

    #[test]
    fn zeros_and_ones_are_no_instructions() {
        assert_eq!(decode(0), Insn::Undefined { encoding: 0 });
        assert_eq!(decode(u32::MAX), Insn::Undefined { encoding: u32::MAX });
    }
}
