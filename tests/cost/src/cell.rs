//! What one operation costs in one build.

use core::{fmt, str::FromStr};

use anyhow::{Context, Error, Result, ensure};

/// Written `instructions / masked / bytes`, the masked ones of several windows with a plus between.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) instructions: u32,
    /// After the instruction that masks, up to and including the one that restores.
    pub(crate) windows: Vec<u32>,
    pub(crate) bytes: u32,
}

impl Cell {
    pub(crate) fn masked(&self) -> u32 {
        self.windows.iter().sum()
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} / ", self.instructions)?;
        if self.windows.is_empty() {
            write!(f, "0")?;
        }
        for (index, window) in self.windows.iter().enumerate() {
            let plus = if index == 0 { "" } else { "+" };
            write!(f, "{plus}{window}")?;
        }
        write!(f, " / {}", self.bytes)
    }
}

impl FromStr for Cell {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let parts: Vec<&str> = text.split(" / ").collect();
        ensure!(parts.len() == 3, "not a cost: {text:?}");
        let number = |text: &str| {
            text.parse()
                .with_context(|| format!("not a number: {text:?}"))
        };
        let windows = if parts[1] == "0" {
            Vec::new()
        } else {
            parts[1].split('+').map(number).collect::<Result<_>>()?
        };
        Ok(Self {
            instructions: number(parts[0])?,
            windows,
            bytes: number(parts[2])?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        for text in ["3 / 0 / 6", "11 / 4 / 28", "23 / 2+6 / 74"] {
            assert_eq!(text.parse::<Cell>().unwrap().to_string(), text);
        }
        assert_eq!("23 / 2+6 / 74".parse::<Cell>().unwrap().masked(), 8);
        for wrong in ["", "3 / 0", "3 / 0 / 6 / 1", "3 / + / 6", "x / 0 / 6"] {
            assert!(wrong.parse::<Cell>().is_err(), "{wrong}");
        }
    }
}
