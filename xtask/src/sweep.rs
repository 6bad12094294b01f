//! An interrupt at every instruction of every operation, on every board.
//!
//! The firmware in tests/firmware lands the interrupts and judges each by its outcome. This half
//! builds it, runs it twice (plainly, and in single steps under QEMU's own log, which must agree), and
//! finds out from the log where an interrupt could have landed and did not. It knows operations by
//! name only.

pub(crate) mod config;
mod coverage;
pub(crate) mod decode;
mod emulator;
mod image;
mod masking;
pub(crate) mod pins;
mod reasons;
mod report;
mod row;
mod source;
mod table;
pub(crate) mod trace;

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
    coverage::{check_equal, rows},
    emulator::Emulator,
    image::Image,
    masking::{masks_anything, unmasked},
    pins::Pins,
    reasons::Reasons,
    row::Row,
    source::Source,
};
use crate::{
    output::write_json,
    progress::{during, line},
    setup::{self, Say},
};

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
    /// Take what is found for right: the masked windows and, if everything is swept, how much is never
    /// executed for each known reason.
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
    /// What is at the addresses that a report can name: the instruction, and where it comes from.
    code: BTreeMap<u32, String>,
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
    let mut all = side_by_side(&configs, |config| {
        let start = Instant::now();
        let swept = during(&config.name(), || one(config, options))?;
        let landings: u64 = swept.rows.iter().map(|row| row.landings).sum();
        line(&format!(
            "{}: {landings} landings in {:.1} s, building included",
            config.name(),
            start.elapsed().as_secs_f64()
        ));
        Ok(swept)
    })?;
    if all.iter().all(|swept| swept.rows.is_empty()) {
        bail!(
            "no operation has {:?} in its name",
            options.op.unwrap_or_default()
        );
    }
    let rustc = compiler()?;
    let faults = judge(&mut all, options, &rustc)?;
    if let Some(path) = options.json {
        let rows = all.iter().flat_map(|swept| {
            let json = |row: &Row| row.json(swept.config, &rustc, options.depth, &swept.code);
            swept.rows.iter().map(json)
        });
        write_json(path, &rows.collect())?;
    }
    println!("{}", table::render(&all, options.op.is_some()));
    for fault in &faults {
        println!("{fault}");
    }
    Ok(faults.is_empty())
}

/// What is wrong with the whole, beside the files of what is known. Those are of depth 1, where every
/// operation is swept; of several only if all of them are.
fn judge(all: &mut [Swept], options: &Options<'_>, rustc: &str) -> Result<Vec<String>> {
    let is_shallow = options.depth == 1;
    let is_complete = is_shallow && options.op.is_none();
    let is_everything = is_complete && options.board.is_none();
    let mut pins = if options.pin {
        Pins::read().unwrap_or_default()
    } else {
        Pins::read()?
    };
    let mut reasons = Reasons::read()?;
    let mut faults = unmasked(all, is_complete);
    faults.extend(pins.of_no_build());
    for swept in &mut *all {
        let config = swept.config;
        let is_known = pins.knows(rustc, config) && !options.pin;
        let mut found = core::mem::take(&mut swept.faults);
        let unexplained = reasons.explain(swept, is_known);
        if is_shallow {
            found.extend(unexplained);
        }
        if options.pin {
            pins.pin(rustc, config, &swept.rows, is_complete);
        } else if is_shallow {
            found.extend(pins.faults(rustc, config, &swept.rows, is_complete));
        }
        let of_this = |fault| format!("{}: {fault}", config.name());
        faults.extend(found.into_iter().map(of_this));
    }
    if is_everything && all.iter().all(|it| pins.knows(rustc, it.config)) {
        faults.extend(reasons.idle());
    }
    if options.pin {
        pins.write()?;
    }
    if options.pin && is_everything {
        reasons.write()?;
    }
    Ok(faults)
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
        check_equal(&single, &traced.0, true).with_context(|| config.name())?;
    } else {
        check_equal(&single, &emulator.report(1)?, false).with_context(|| config.name())?;
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
    let code = code(&emulator, &image, &rows)?;
    Ok(Swept {
        config,
        rows,
        faults,
        code,
    })
}

/// What is at each address that the rows name.
fn code(emulator: &Emulator<'_>, image: &Image, rows: &[Row]) -> Result<BTreeMap<u32, String>> {
    let elf = fs::read(&emulator.elf)?;
    let source = Source::of(&elf)?;
    let disassembly = emulator.disassembly(image)?;
    let named: BTreeSet<u32> = rows.iter().flat_map(Row::named).collect();
    named
        .into_iter()
        .map(|address| {
            let instruction = disassembly.get(&address).map_or("?", |it| it);
            let code = format!("{instruction} @ {}", source.frames(address)?);
            Ok((address, code))
        })
        .collect()
}
