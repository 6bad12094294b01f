//! The expression at a place of the source.

use core::ops::Range;

/// The bytes of `line` that hold the expression at a column, counted from 1, as far as it can be told without a parser:
/// a path or method, its receiver and its arguments. Column 0 is the whole line from its indentation on.
#[must_use]
pub fn expression(line: &str, column: u32) -> Range<usize> {
    let indent = line.len() - line.trim_start().len();
    let column = (column as usize).checked_sub(1);
    let column = column.filter(|&column| line.is_char_boundary(column));
    let at = column.unwrap_or(indent).min(line.len());
    let end = end(line, at);
    start(line, at)..end.max(at + 1).min(line.len().max(at))
}

fn end(line: &str, start: usize) -> usize {
    let (mut depth, mut end) = (0_u32, start);
    for (at, c) in line[start..].char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' if depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    return start + at + 1;
                }
            }
            _ if depth > 0 || c.is_alphanumeric() || "_.:&*!".contains(c) => {}
            _ => break,
        }
        end = start + at + c.len_utf8();
    }
    end
}

/// Where the receiver of the method at `end` begins.
fn start(line: &str, end: usize) -> usize {
    let (mut depth, mut start) = (0_u32, end);
    if !line[..end].ends_with('.') {
        return end;
    }
    for (at, c) in line[..end].char_indices().rev() {
        match c {
            ')' | ']' => depth += 1,
            '(' | '[' if depth > 0 => depth -= 1,
            _ if depth > 0 || c.is_alphanumeric() || "_.:?".contains(c) => {}
            _ => break,
        }
        start = at;
    }
    start
}

#[cfg(test)]
mod tests {
    use super::expression;

    #[test]
    fn an_expression_has_its_receiver_and_its_arguments() {
        for (line, column, found) in [
            ("    x.load(a, (b)).wait();", 7, "x.load(a, (b))"),
            ("    x.load(a, (b));", 0, "x.load(a, (b))"),
            (
                "let n = self.next[i].get(f(x))?.load(Relaxed);",
                33,
                "self.next[i].get(f(x))?.load(Relaxed)",
            ),
            ("while !ready.load(Acquire) {", 14, "ready.load(Acquire)"),
            ("f(a.load(A), b.load(B))", 16, "b.load(B)"),
            ("}", 1, "}"),
            ("", 5, ""),
        ] {
            assert_eq!(&line[expression(line, column)], found, "{line}");
        }
    }
}
