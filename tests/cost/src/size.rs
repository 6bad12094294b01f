//! How large a firmware is that uses the library, beside the same by hand.

use core::fmt;
use std::{fs, path::Path};

use anyhow::{Context, Result, bail, ensure};
use object::{Object, ObjectSection, SectionFlags, elf};

use crate::config::{Build, builds};

/// A firmware, and the same without the library: binaries of tests/firmware/size.
struct Program {
    name: &'static str,
    /// Headings of builds.
    builds: &'static [&'static str],
    ours: &'static str,
    by_hand: &'static str,
    bounds: Bounds,
}

/// How large ours may be, in percent of what is by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Bounds {
    flash: u32,
    ram: u32,
}

const SECTIONS: &[&str] = &["thumbv6m, critical-section"];
const CORTEX_M: &[&str] = &[
    "thumbv6m, critical-section",
    "thumbv6m, single-core",
    "thumbv7m, native",
];

const PROGRAMS: &[Program] = &[
    one("nothing", "nothing", "nothing"),
    one("StopFlag", "stop_flag", "stop_flag_by_hand"),
    one("IdAllocator", "id_allocator", "id_allocator_by_hand"),
    one("OnceWord", "once_word", "once_word_by_hand"),
    one("Latest", "latest", "latest_by_hand"),
    one(
        "Latest, by hand with a masked Cell",
        "latest",
        "latest_masked",
    ),
    one("Progress", "progress", "progress_by_hand"),
    one("Pool", "pool", "pool_by_hand"),
    Program {
        name: "five primitives",
        builds: CORTEX_M,
        ours: "five",
        by_hand: "five_by_hand",
        bounds: Bounds {
            flash: 105,
            ram: 100,
        },
    },
    Program {
        name: "two tasks and a stop, by embassy-sync",
        builds: SECTIONS,
        ours: "tasks",
        by_hand: "tasks_by_embassy_sync",
        bounds: Bounds {
            flash: 108,
            ram: 100,
        },
    },
];

/// Of one primitive.
const fn one(name: &'static str, ours: &'static str, by_hand: &'static str) -> Program {
    Program {
        name,
        builds: SECTIONS,
        ours,
        by_hand,
        bounds: Bounds {
            flash: 110,
            ram: 110,
        },
    }
}

/// Bytes of a whole firmware: of flash, and of variables that begin with a value or as zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size {
    flash: u32,
    data: u32,
    bss: u32,
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} / {} / {}", self.flash, self.data, self.bss)
    }
}

impl Size {
    fn ram(self) -> u32 {
        self.data + self.bss
    }

    fn parse(text: &str) -> Result<Self> {
        let parts: Vec<&str> = text.split(" / ").collect();
        let [flash, data, bss] = parts[..] else {
            bail!("no size: {text}")
        };
        let [flash, data, bss] = [flash.parse()?, data.parse()?, bss.parse()?];
        Ok(Self { flash, data, bss })
    }

    fn of(elf: &Path) -> Result<Self> {
        /// Where RAM begins on every Cortex-M.
        const RAM: u64 = 0x2000_0000;
        let bytes = fs::read(elf)?;
        let file = object::File::parse(&*bytes)?;
        let mut size = Self {
            flash: 0,
            data: 0,
            bss: 0,
        };
        for section in file.sections() {
            let SectionFlags::Elf { sh_flags } = section.flags() else {
                continue;
            };
            if sh_flags & u64::from(elf::SHF_ALLOC) == 0 {
                continue;
            }
            let length = u32::try_from(section.size())?;
            if section.address() < RAM {
                size.flash += length;
            } else if section.data()?.is_empty() {
                size.bss += length;
            } else {
                // Its values are in flash as well.
                size.flash += length;
                size.data += length;
            }
        }
        ensure!(size.flash > 0, "{} has no code", elf.display());
        Ok(size)
    }
}

/// A firmware in one build, and the same by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pair {
    /// The program's name and the build's heading.
    pub(crate) name: String,
    build: String,
    ours: Size,
    by_hand: Size,
    bounds: Bounds,
}

impl Pair {
    /// Reads the fields of a row.
    pub(crate) fn parse(fields: &[&str]) -> Result<Self> {
        let [name, build, ours, by_hand, ..] = fields else {
            bail!("no size: {fields:?}")
        };
        let program = PROGRAMS.iter().find(|it| it.name == *name);
        let program = program.with_context(|| format!("no program is called {name}"))?;
        Ok(Self {
            name: (*name).to_owned(),
            build: (*build).to_owned(),
            ours: Size::parse(ours)?,
            by_hand: Size::parse(by_hand)?,
            bounds: program.bounds,
        })
    }

    /// The fields of its row: both sizes, the ratios with their bounds, the verdict.
    pub(crate) fn row(&self) -> String {
        let ratio = |ours: u32, by_hand: u32| f64::from(ours) / f64::from(by_hand);
        // Nothing beside nothing is as much.
        let [flash, ram] = [
            ratio(self.ours.flash, self.by_hand.flash),
            ratio(self.ours.ram().max(1), self.by_hand.ram().max(1)),
        ];
        let [most_flash, most_ram] =
            [self.bounds.flash, self.bounds.ram].map(|it| f64::from(it) / 100.0);
        let is_met = flash <= most_flash && ram <= most_ram;
        let verdict = if is_met { "met" } else { "**missed**" };
        format!(
            "{} | {} | {} | {} | {flash:.3} (≤ {most_flash}) | {ram:.2} (≤ {most_ram}) | {verdict}",
            self.name, self.build, self.ours, self.by_hand
        )
    }
}

/// Builds and weighs all of them.
pub(crate) fn sizes() -> Result<Vec<Pair>> {
    let all = builds(true);
    let mut pairs = Vec::new();
    for program in PROGRAMS {
        for heading in program.builds {
            let is_meant = |it: &&Build| it.profile == 0 && it.heading() == **heading;
            let build = all.iter().find(is_meant);
            let build = build.with_context(|| format!("no build is called {heading}"))?;
            let size = |bin: &str| Size::of(&build.firmware("size-firmware", bin)?);
            pairs.push(Pair {
                name: program.name.to_owned(),
                build: (*heading).to_owned(),
                ours: size(program.ours)?,
                by_hand: size(program.by_hand)?,
                bounds: program.bounds,
            });
        }
    }
    Ok(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(ours: &str) -> Result<Pair> {
        Pair::parse(&["StopFlag", SECTIONS[0], ours, "100 / 2 / 8"])
    }

    #[test]
    fn more_than_the_bound_of_either_is_a_miss() {
        let verdict = |ours| pair(ours).unwrap().row();
        assert!(verdict("110 / 3 / 8").ends_with("| met"));
        assert!(verdict("111 / 2 / 8").ends_with("**missed**"));
        assert!(verdict("100 / 4 / 8").ends_with("**missed**"));
        assert!(verdict("100 / 0 / 12").ends_with("**missed**"));
    }

    #[test]
    fn a_row_is_read_again() {
        let planted = pair("110 / 3 / 8").unwrap();
        let row = planted.row();
        let fields: Vec<&str> = row.split(" | ").collect();
        assert_eq!(Pair::parse(&fields).unwrap(), planted);
        assert!(pair("100 / 2").is_err() && pair("x / 2 / 8").is_err());
        assert!(Pair::parse(&["Unknown", SECTIONS[0], "1 / 0 / 0", "1 / 0 / 0"]).is_err());
    }

    /// The rows of `Pool` in docs/PERFORMANCE.md, which has it beside crates that no build here contains.
    fn rows_elsewhere(cost: &str) -> [String; 2] {
        let row = cost.lines().find_map(|it| it.strip_prefix("| Pool | "));
        let fields: Vec<&str> = row.unwrap().split(" | ").collect();
        let pair = Pair::parse(&[&["Pool"], &fields[..]].concat()).unwrap();
        let of = |name, size: Size| format!("\n| {name} | {} + {} |", size.flash, size.ram());
        [
            of("`Pool`", pair.ours),
            of("by hand: a stack of indices in a masked cell", pair.by_hand),
        ]
    }

    #[test]
    fn another_document_has_the_same_size_of_a_pool() {
        let [cost, other] = ["core/COST.md", "docs/PERFORMANCE.md"]
            .map(|it| fs::read_to_string(runner::root().join(it)).unwrap());
        for row in rows_elsewhere(&cost) {
            assert!(other.contains(&row), "docs/PERFORMANCE.md lacks {row}");
        }
        // One more digit.
        let start = format!("| Pool | {} | ", SECTIONS[0]);
        let planted = cost.replace(&start, &format!("{start}1"));
        assert!(!other.contains(&rows_elsewhere(&planted)[0]));
    }

    #[test]
    fn every_program_names_builds_that_there_are() {
        let headings: Vec<String> = builds(true).iter().map(Build::heading).collect();
        for program in PROGRAMS {
            assert!(!program.builds.is_empty());
            for build in program.builds {
                assert!(headings.iter().any(|it| it == build), "{build}");
            }
        }
    }
}
