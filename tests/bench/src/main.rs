//! Runs the chosen contests and prints each row as a line of JSON; `cargo xtask bench` makes a table of them.

use anyhow::Result;
use benchmarks::{contest::Effort, contests, growth, instructions, row::Row, sizes::sizes};
use clap::Parser;
use serde_json::json;

/// The benchmarks behind `cargo xtask bench`.
#[derive(Parser)]
enum Task {
    /// Measure the time of our types and every peer
    Time {
        /// Only contests whose name contains this
        #[arg(long)]
        only: Option<String>,
        /// Short rounds: they show that everything runs, their ratios are unreliable
        #[arg(long)]
        quick: bool,
    },
    /// Count instructions, under valgrind
    Count {
        /// Only contests whose name contains this
        #[arg(long)]
        only: Option<String>,
    },
    /// Perform the operations of one side, for valgrind to count
    Perform {
        /// The side
        side: String,
        /// The number of operations
        ops: u64,
    },
}

fn main() -> Result<()> {
    let say = |row: &Row| println!("{}", row.json());
    let wanted = |only: Option<String>| {
        move |name: &str| {
            only.as_ref()
                .is_none_or(|only| name.contains(only.as_str()))
        }
    };
    match Task::parse() {
        Task::Time { only, quick } => {
            let effort = if quick { Effort::QUICK } else { Effort::FULL };
            let is_wanted = wanted(only);
            for contest in contests::timed().iter().filter(|it| is_wanted(it.name)) {
                contest.run(&effort, say)?;
            }
            growth::flat(&effort, &is_wanted, say)?;
            growth::grow(&effort, &is_wanted, say)?;
            for (object, bytes) in sizes().into_iter().filter(|(name, _)| is_wanted(name)) {
                println!("{}", json!({ "object": object, "bytes": bytes }));
            }
            Ok(())
        }
        Task::Count { only } => instructions::count(wanted(only), say),
        Task::Perform { side, ops } => instructions::perform(&side, ops),
    }
}
