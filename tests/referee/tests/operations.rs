//! Landings in each of the library's operations, repeated in QEMU.
//!
//! `REFEREE=all` repeats every landing of every pair, in every build, instruction by instruction.

use std::{
    env,
    path::Path,
    process::ExitCode,
    sync::{Arc as Shared, Mutex, MutexGuard, PoisonError},
};

use anyhow::{Result, ensure};
use interloper::landings::{Build, Parties, Table};
use libtest_mimic::{Arguments, Failed, Trial};
use referee::{Arm, Board, Count, Extent, Pace, Referee, Riscv};
use runner::toolchain;

/// What a build of the table is refereed by: a test for each of its objects.
struct Bench<B: Board> {
    referee: Mutex<Referee<B>>,
    total: Total,
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

fn is_slow() -> bool {
    env::var_os("REFEREE").is_some_and(|extent| extent == "all")
}

fn trials(total: &Total) -> Result<Vec<Trial>> {
    let file = Path::new("../interrupts/operations/table.rs");
    let dir = Path::new(env!("CARGO_MANIFEST_DIR"));
    // That of the table's own tests, which build the same programs.
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR")).join("interloper");
    let table = Table::read(file, dir, &scratch, Some(toolchain::rustc()))?;
    let mut trials = Vec::new();
    for build in table.builds()? {
        let is_skipped = !is_slow() && build.name().ends_with("-speed");
        if is_skipped || build.target() == WITHOUT_A_BOARD {
            continue;
        }
        if build.target().starts_with("riscv") {
            of_build::<Riscv>(&table, &build, total, &mut trials)?;
        } else {
            of_build::<Arm>(&table, &build, total, &mut trials)?;
        }
    }
    Ok(trials)
}

fn of_build<B: Board + Send + 'static>(
    table: &Table,
    build: &Build,
    total: &Total,
    trials: &mut Vec<Trial>,
) -> Result<()>
where
    B::Core: Send,
{
    let referee = Referee::<B>::new(table, build)?;
    let pairs = referee.firmware().pairs();
    let mut objects: Vec<_> = referee.firmware().objects().map(str::to_owned).collect();
    objects.retain(|object| pairs.iter().any(|pair| pair.object == *object));
    let bench = Shared::new(Bench {
        referee: Mutex::new(referee),
        total: Shared::clone(total),
    });
    for object in objects {
        let of_object = pairs.iter().filter(|pair| pair.object == object).cloned();
        let pairs = chosen(of_object.collect());
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

/// All pairs, or one of each operation that is interrupted: another handler and another `reset` each time.
fn chosen(pairs: Vec<Parties>) -> Vec<Parties> {
    if is_slow() {
        return pairs;
    }
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
        let mut referee = lock(&self.referee);
        let (extent, pace) = if is_slow() {
            (Extent::All, Pace::Steps)
        } else {
            (Extent::Some, Pace::Events)
        };
        let mut count = Count::NONE;
        for pair in pairs {
            count += referee.repeat(pair, extent, pace)?;
        }
        *lock(&self.total) += count;
        ensure!(count != Count::NONE, "no run was repeated");
        Ok(())
    }
}
