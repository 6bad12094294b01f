//! Landings in each of the library's operations, repeated in QEMU.
//!
//! `REFEREE=all` repeats every landing of every pair, in every build, and one landing of each pair instruction by
//! instruction. `REFEREE=3/16` is the third of sixteen parts of it; the filters of libtest choose among its tests, too.

use std::{
    env,
    path::Path,
    process::ExitCode,
    sync::{Arc as Shared, Mutex, MutexGuard, PoisonError},
};

use anyhow::{Context as _, Result, ensure};
use interloper::landings::{Build, Firmware, Parties, Table};
use libtest_mimic::{Arguments, Failed, Trial};
use referee::{Arm, Board, Count, Extent, Referee, Riscv};
use runner::toolchain;

/// What a build of the table is refereed by: a test for each of its objects.
struct Bench<B: Board> {
    firmware: Shared<Firmware<B::Core>>,
    build: Build,
    /// The referees that no test uses at present.
    idle: Mutex<Vec<Referee<B>>>,
    extent: Extent,
    total: Total,
}

/// How much is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Amount {
    /// One pair of each operation, in one profile, and some of its landings.
    Some,
    /// A part of everything, of so many parts.
    All { part: usize, of: usize },
}

impl Amount {
    /// The value of `REFEREE`.
    fn parse(value: Option<&str>) -> Result<Self> {
        let (part, of) = match value {
            None => return Ok(Self::Some),
            Some("all") => (1, 1),
            Some(parts) => {
                let parts = parts
                    .split_once('/')
                    .and_then(|(part, of)| Some((part.parse().ok()?, of.parse().ok()?)));
                parts.context("REFEREE is `all`, or a part of it: `3/16`")?
            }
        };
        ensure!(
            (1..=of).contains(&part),
            "REFEREE={part}/{of} is no part of it"
        );
        Ok(Self::All { part, of })
    }

    fn extent(self) -> Extent {
        match self {
            Self::Some => Extent::Some,
            Self::All { .. } => Extent::All,
        }
    }

    /// Whether the test of this number belongs to it.
    fn has(self, index: usize) -> bool {
        match self {
            Self::Some => true,
            Self::All { part, of } => index % of == part - 1,
        }
    }
}

/// See the documentation of the crate.
const WITHOUT_A_BOARD: &str = "thumbv8m.main-none-eabi";

type Total = Shared<Mutex<Count>>;

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let total = Shared::default();
    let trials = trials(&total).unwrap_or_else(|error| {
        let message = format!("{error:#}");
        vec![Trial::test("build", move || Err(Failed::from(message)))]
    });
    let conclusion = libtest_mimic::run(&arguments, trials);
    let Count {
        agreed,
        stopped,
        asleep,
    } = *lock(&total);
    if !arguments.list {
        println!(
            "{agreed} runs agree, {stopped} stop in the same way; {asleep} sleep, and were not repeated"
        );
    }
    conclusion.exit_code()
}

fn trials(total: &Total) -> Result<Vec<Trial>> {
    let value = env::var("REFEREE").ok();
    let amount = Amount::parse(value.as_deref())?;
    let file = Path::new("../interrupts/operations/table.rs");
    let dir = Path::new(env!("CARGO_MANIFEST_DIR"));
    // That of the table's own tests, which build the same programs.
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR")).join("interloper");
    let table = Table::read(file, dir, &scratch, Some(toolchain::rustc()))?;
    let mut trials = Vec::new();
    for build in table.builds()? {
        let is_skipped = amount == Amount::Some && build.name().ends_with("-speed");
        if is_skipped || build.target() == WITHOUT_A_BOARD {
            continue;
        }
        if build.target().starts_with("riscv") {
            of_build::<Riscv>(&table, &build, amount, total, &mut trials)?;
        } else {
            of_build::<Arm>(&table, &build, amount, total, &mut trials)?;
        }
    }
    let mut index = 0..;
    trials.retain(|_| index.next().is_some_and(|index| amount.has(index)));
    Ok(trials)
}

fn of_build<B: Board + Send + 'static>(
    table: &Table,
    build: &Build,
    amount: Amount,
    total: &Total,
    trials: &mut Vec<Trial>,
) -> Result<()>
where
    B::Core: Send + Sync,
{
    let firmware = table.build::<B::Core>(build)?;
    let pairs = firmware.pairs();
    let mut objects: Vec<_> = firmware.objects().map(str::to_owned).collect();
    objects.retain(|object| pairs.iter().any(|pair| pair.object == *object));
    let bench = Shared::new(Bench::<B> {
        firmware: Shared::new(firmware),
        build: build.clone(),
        idle: Mutex::default(),
        extent: amount.extent(),
        total: Shared::clone(total),
    });
    for object in objects {
        let of_object = pairs.iter().filter(|pair| pair.object == object).cloned();
        let pairs = match amount {
            Amount::Some => one_of_each(of_object.collect()),
            Amount::All { .. } => of_object.collect(),
        };
        let bench = Shared::clone(&bench);
        trials.push(Trial::test(
            format!("{}::{object}", build.name()),
            move || {
                bench
                    .judge(&pairs)
                    .map_err(|error| format!("{error:#}").into())
            },
        ));
    }
    Ok(())
}

/// One pair of each operation that is interrupted: another handler and another `reset` each time.
fn one_of_each(pairs: Vec<Parties>) -> Vec<Parties> {
    let mut mains: Vec<_> = pairs.iter().map(|pair| pair.main.clone()).collect();
    mains.dedup();
    let mains = mains.iter().enumerate();
    let chosen = mains.filter_map(|(turn, main)| {
        let of_main: Vec<_> = pairs.iter().filter(|pair| pair.main == *main).collect();
        Some((*of_main.get(turn % of_main.len().max(1))?).clone())
    });
    chosen.collect()
}

impl<B: Board> Bench<B> {
    fn judge(&self, pairs: &[Parties]) -> Result<()> {
        let idle = lock(&self.idle).pop();
        let mut referee = idle.unwrap_or_else(|| {
            let firmware = Shared::clone(&self.firmware);
            Referee::of(firmware, &self.build)
        });
        let mut count = Count::NONE;
        for pair in pairs {
            count += referee.repeat(pair, self.extent)?;
        }
        lock(&self.idle).push(referee);
        *lock(&self.total) += count;
        ensure!(count.agreed + count.stopped > 0, "no run was repeated");
        Ok(())
    }
}
