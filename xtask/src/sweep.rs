//! An interrupt at every instruction of every operation, on every board.
//!
//! The firmware in tests/firmware lands the interrupts and judges each by its outcome. This half
//! builds it, runs it twice (plainly, and in single steps under QEMU's own log, which must agree), and
//! finds out from the log where an interrupt could have landed and did not. It knows operations by
//! name only.

mod config;
mod coverage;
mod emulator;
mod image;
mod pins;
mod report;
mod table;
mod trace;

use core::{
    num::NonZero,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    sync::{Mutex, PoisonError},
    thread,
    time::Instant,
};

use anyhow::{Context, Result, bail};

use self::{
    config::{BackEnd, CONFIGS, Config, compiler},
    coverage::{Row, check_equal, rows},
    emulator::Emulator,
    image::Image,
    pins::Pins,
};
use crate::setup::{self, Say};

/// What to sweep.
#[derive(Debug, Clone)]
pub struct Options<'a> {
    /// One board only.
    pub board: Option<&'a str>,
    /// Only operations whose name has it.
    pub op: Option<&'a str>,
    /// 1, or 2 for a second interrupt as well.
    pub depth: u32,
    /// Where to write the rows.
    pub json: Option<&'a Path>,
    /// Take the masked windows that are found for right.
    pub pin: bool,
}

/// Everything, at depth 1.
impl Default for Options<'_> {
    fn default() -> Self {
        Self {
            board: None,
            op: None,
            depth: 1,
            json: None,
            pin: false,
        }
    }
}

/// What one build came to.
#[derive(Debug)]
struct Swept {
    config: &'static Config,
    rows: Vec<Row>,
    faults: Vec<String>,
    disassembly: BTreeMap<u32, String>,
}

/// Sweeps, prints the table, and says what is wrong; true if nothing is.
pub fn sweep(options: &Options<'_>) -> Result<bool> {
    let configs: Vec<&'static Config> = CONFIGS
        .iter()
        .filter(|it| options.board.is_none_or(|board| it.board == board))
        .filter(|it| options.depth == 1 || it.has_second_interrupt())
        .collect();
    if configs.is_empty() {
        let boards: BTreeSet<_> = CONFIGS.iter().map(|it| it.board).collect();
        let boards: Vec<_> = boards.into_iter().collect();
        bail!(
            "nothing to sweep: the boards are {} (virt at depth 1 only)",
            boards.join(", ")
        );
    }
    setup::setup(Say::Changes)?;
    let rustc = compiler()?;
    let mut pins = if options.pin {
        Pins::read().unwrap_or_default()
    } else {
        Pins::read()?
    };
    let all = side_by_side(&configs, |config| {
        let start = Instant::now();
        let swept = one(config, options)?;
        let landings: u64 = swept.rows.iter().map(|row| row.landings).sum();
        println!(
            "{}: {landings} landings in {:.1} s, building included",
            config.name(),
            start.elapsed().as_secs_f64()
        );
        Ok(swept)
    })?;
    if all.iter().all(|swept| swept.rows.is_empty()) {
        bail!(
            "no operation has {:?} in its name",
            options.op.unwrap_or_default()
        );
    }
    let mut faults = unmasked(&all, options.op.is_none() && options.depth == 1);
    for swept in &all {
        let of_this = |fault: String| format!("{}: {fault}", swept.config.name());
        faults.extend(swept.faults.iter().cloned().map(of_this));
        if options.pin {
            pins.pin(&rustc, swept.config, &swept.rows);
        } else {
            let found = pins.faults(&rustc, swept.config, &swept.rows);
            faults.extend(found.into_iter().map(of_this));
        }
    }
    if options.pin {
        pins.write()?;
    }
    if let Some(path) = options.json {
        let rows: Vec<_> = all
            .iter()
            .flat_map(|swept| {
                let json = |row: &Row| row.json(swept.config, &rustc, options.depth);
                swept.rows.iter().map(json)
            })
            .collect();
        let text = serde_json::to_string_pretty(&rows)?;
        fs::write(path, text + "\n").with_context(|| format!("cannot write {}", path.display()))?;
    }
    println!("{}", table::render(&all, options.op.is_some()));
    for fault in &faults {
        println!("{fault}");
    }
    Ok(faults.is_empty())
}

/// Sweeps several at a time, since an emulator keeps one core busy. The results are in the order of
/// `configs` and do not depend on who runs beside whom; after an error no further sweep begins.
fn side_by_side(
    configs: &[&'static Config],
    one: impl Fn(&'static Config) -> Result<Swept> + Sync,
) -> Result<Vec<Swept>> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(BTreeMap::new());
    let take_turns = || {
        loop {
            let turn = next.fetch_add(1, Relaxed);
            let Some(config) = configs.get(turn) else {
                break;
            };
            let swept = one(config);
            if swept.is_err() {
                next.store(configs.len(), Relaxed);
            }
            done.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(turn, swept);
        }
    };
    let workers = thread::available_parallelism().map_or(1, NonZero::get);
    thread::scope(|scope| {
        for _ in 0..workers.min(configs.len()) {
            scope.spawn(take_turns);
        }
    });
    done.into_inner()
        .unwrap_or_else(PoisonError::into_inner)
        .into_values()
        .collect()
}

fn one(config: &'static Config, options: &Options<'_>) -> Result<Swept> {
    let elf = config.build()?;
    let image = Image::read(&elf)?;
    let emulator = Emulator {
        config,
        elf,
        op: options.op,
    };
    let single = emulator.report(1)?;
    let traced = emulator.trace(&image, &single.hung())?;
    if config.is_exact_in_single_steps() {
        check_equal(&single, &traced.0).with_context(|| config.name())?;
    } else {
        check_equal(&single, &emulator.report(1)?).with_context(|| config.name())?;
    }
    let double = if options.depth == 2 {
        Some(emulator.report(2)?)
    } else {
        None
    };
    let rows = rows(&image, &single, &traced, double.as_ref()).with_context(|| config.name())?;
    let mut faults = Vec::new();
    for row in &rows {
        let name = format!("{} interrupted by {}", row.name(), row.isr_op);
        faults.extend(
            row.faults()
                .into_iter()
                .map(|fault| format!("{name}: {fault}")),
        );
    }
    // Who sleeps is known only where everything is swept, and at depth 1.
    if config.back_end == BackEnd::Nothing && options.op.is_none() && options.depth == 1 {
        faults.extend(masks_anything(&image, &rows));
    }
    Ok(Swept {
        config,
        rows,
        faults,
        disassembly: emulator.disassembly(&image)?,
    })
}

/// In a firmware without a back end, only what sleeps masks interrupts, and nobody asks for a section.
fn masks_anything(image: &Image, rows: &[Row]) -> Vec<String> {
    let sleeps = |address: u32| {
        let sleeping = rows.iter().filter(|row| row.sleeps());
        sleeping
            .flat_map(|row| row.functions(image))
            .any(|it| it.has(address))
    };
    let masking = image.masking().filter(|address| !sleeps(*address));
    let masking = masking.map(|address| {
        let function = image.function_at(address).map_or("?", |it| &it.name);
        format!("{address:#x} in {function} masks interrupts, with no back end")
    });
    let sections = image
        .functions
        .iter()
        .filter(|it| it.name.contains("critical_section"));
    let sections = sections.map(|it| format!("{} is there, with no back end", it.name));
    masking.chain(sections).collect()
}

/// What exists without a back end masks nothing with any.
fn unmasked(all: &[Swept], is_complete: bool) -> Vec<String> {
    let without = all.iter().find(|it| it.config.back_end == BackEnd::Nothing);
    let Some(without) = without else {
        return Vec::new();
    };
    let tier_1: BTreeSet<String> = without
        .rows
        .iter()
        .filter(|row| !row.sleeps())
        .map(Row::name)
        .collect();
    if tier_1.is_empty() && is_complete {
        return vec!["nothing exists without a back end".to_owned()];
    }
    let mut faults = Vec::new();
    for swept in all {
        let rows = swept.rows.iter().filter(|row| tier_1.contains(&row.name()));
        for row in rows.filter(|row| !row.windows.is_empty()) {
            faults.push(format!(
                "{}: {} masks interrupts, and does not without a back end",
                swept.config.name(),
                row.name()
            ));
        }
    }
    faults
}
