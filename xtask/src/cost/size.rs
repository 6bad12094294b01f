//! How large a firmware is that uses one primitive, beside the same by hand.

use core::fmt;
use std::{fs, path::Path};

use anyhow::{Context, Result, ensure};
use object::{Object, ObjectSection, SectionFlags, elf};

use super::config::Build;

/// What is used, and the binaries of tests/firmware/size.
const PAIRS: &[(&str, &str, &str)] = &[
    ("nothing", "nothing", "nothing"),
    ("StopFlag", "stop_flag", "stop_flag_by_hand"),
    ("IdAllocator", "id_allocator", "id_allocator_by_hand"),
    ("OnceWord", "once_word", "once_word_by_hand"),
    ("Latest", "latest", "latest_by_hand"),
    (
        "Latest, by hand with a masked Cell",
        "latest",
        "latest_masked",
    ),
    ("Progress", "progress", "progress_by_hand"),
    ("Pool", "pool", "pool_by_hand"),
];

/// A ratio that is no larger is as intended.
const TARGET: f64 = 1.1;

/// Bytes of flash and of RAM, of a whole firmware.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Size {
    flash: u32,
    ram: u32,
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} + {}", self.flash, self.ram)
    }
}

impl Size {
    fn parse(text: &str) -> Result<Self> {
        let (flash, ram) = text
            .split_once(" + ")
            .with_context(|| format!("no size: {text}"))?;
        Ok(Self {
            flash: flash.parse()?,
            ram: ram.parse()?,
        })
    }

    fn of(elf: &Path) -> Result<Self> {
        /// Where RAM begins on every Cortex-M.
        const RAM: u64 = 0x2000_0000;
        let bytes = fs::read(elf)?;
        let file = object::File::parse(&*bytes)?;
        let mut size = Self { flash: 0, ram: 0 };
        for section in file.sections() {
            let SectionFlags::Elf { sh_flags } = section.flags() else {
                continue;
            };
            if sh_flags & u64::from(elf::SHF_ALLOC) == 0 {
                continue;
            }
            let length = u32::try_from(section.size())?;
            let is_ram = section.address() >= RAM;
            size.ram += if is_ram { length } else { 0 };
            // What RAM begins with is in flash too.
            size.flash += if is_ram {
                u32::try_from(section.data()?.len())?
            } else {
                length
            };
        }
        ensure!(size.flash > 0, "{} has no code", elf.display());
        Ok(size)
    }
}

/// A firmware, and the same by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pair {
    ours: Size,
    by_hand: Size,
}

impl Pair {
    pub(super) fn parse(ours: &str, by_hand: &str) -> Result<Self> {
        Ok(Self {
            ours: Size::parse(ours)?,
            by_hand: Size::parse(by_hand)?,
        })
    }

    /// The fields of its row: both sizes, the ratios, the verdict.
    pub(super) fn fields(&self) -> String {
        // Nothing beside nothing is as much.
        let ratio = |ours: u32, by_hand: u32| f64::from(ours.max(1)) / f64::from(by_hand.max(1));
        let flash = ratio(self.ours.flash, self.by_hand.flash);
        let ram = ratio(self.ours.ram, self.by_hand.ram);
        let is_met = flash <= TARGET && ram <= TARGET;
        let verdict = if is_met { "met" } else { "**missed**" };
        format!(
            "{} | {} | {flash:.2} | {ram:.2} | {verdict}",
            self.ours, self.by_hand
        )
    }
}

/// Builds and weighs all of them.
pub(super) fn sizes(build: &Build) -> Result<Vec<(String, Pair)>> {
    let size = |bin: &str| Size::of(&build.firmware("size-firmware", bin)?);
    let pair = |(name, ours, by_hand): &(&str, &str, &str)| {
        let pair = Pair {
            ours: size(ours)?,
            by_hand: size(by_hand)?,
        };
        Ok(((*name).to_owned(), pair))
    };
    PAIRS.iter().map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_a_tenth_more_of_either_is_a_miss() {
        let verdict = |ours| Pair::parse(ours, "100 + 10").unwrap().fields();
        assert!(verdict("110 + 11").ends_with("| met"));
        assert!(verdict("111 + 10").ends_with("**missed**"));
        assert!(verdict("100 + 12").ends_with("**missed**"));
        assert!(Pair::parse("100", "100 + 10").is_err());
    }
}
