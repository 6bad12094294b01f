//! Every example of *Rust Atomics and Locks*, chapter 2, once, with the other party as a parameter.
//!
//! The host demo runs them with threads, the embedded demo with interrupts, the tests with both and
//! with nobody. A scenario that shows a wrong version makes it fail every time, by one step of the
//! other side at the dangerous point; with nobody there, it must not fail, and the verdict is bad.

#![no_std]
#![forbid(unsafe_code)]

mod aba;
pub mod command;
mod compare_exchange;
mod fetch_modify;
mod fetch_update;
mod id_allocation;
mod id_bounded;
mod kept;
mod late;
mod latest;
mod lazy_init;
mod lazy_once;
mod lease;
mod load_store;
mod marks;
mod once;
mod once_lock;
mod party;
mod progress;
mod progress_threads;
mod progress_unpark;
mod report;
mod statistics;
mod stop_flag;
mod stop_reason;

pub use party::{Party, Step, WORKERS, Work};
pub use report::{Line, Report, WRONG_VERSION};

/// An example of the chapter.
pub struct Scenario<P: Party> {
    /// Its name on the command line.
    pub name: &'static str,
    /// Where the chapter has it.
    pub section: &'static str,
    run: fn(&P, &mut Report<'_>),
}

/// Where the chapter does not go.
const BEYOND: &str = "beyond the chapter";

impl<P: Party> Scenario<P> {
    /// All of them, in the chapter's order, then those beyond it.
    pub const ALL: &'static [Self] = &[
        Self {
            name: "load-store",
            section: "Atomic Load and Store Operations",
            run: load_store::run,
        },
        Self {
            name: "stop-flag",
            section: "Example: Stop Flag",
            run: stop_flag::run,
        },
        Self {
            name: "progress",
            section: "Example: Progress Reporting",
            run: progress::run,
        },
        Self {
            name: "progress-unpark",
            section: "Synchronization",
            run: progress_unpark::run,
        },
        Self {
            name: "lazy-init",
            section: "Example: Lazy Initialization",
            run: lazy_init::run,
        },
        Self {
            name: "fetch-modify",
            section: "Fetch-and-Modify Operations",
            run: fetch_modify::run,
        },
        Self {
            name: "progress-threads",
            section: "Example: Progress Reporting from Multiple Threads",
            run: progress_threads::run,
        },
        Self {
            name: "statistics",
            section: "Example: Statistics",
            run: statistics::run,
        },
        Self {
            name: "id-allocation",
            section: "Example: ID Allocation",
            run: id_allocation::run,
        },
        Self {
            name: "compare-exchange",
            section: "Compare-and-Exchange Operations",
            run: compare_exchange::run,
        },
        Self {
            name: "aba",
            section: "Compare-and-Exchange Operations",
            run: aba::run,
        },
        Self {
            name: "id-bounded",
            section: "Example: ID Allocation Without Overflow",
            run: id_bounded::run,
        },
        Self {
            name: "fetch-update",
            section: "Example: ID Allocation Without Overflow",
            run: fetch_update::run,
        },
        Self {
            name: "lazy-once",
            section: "Example: Lazy One-Time Initialization",
            run: lazy_once::run,
        },
        Self {
            name: "once-lock",
            section: "Example: Lazy One-Time Initialization",
            run: once_lock::run,
        },
        Self {
            name: "latest",
            section: BEYOND,
            run: latest::run,
        },
        Self {
            name: "lease",
            section: BEYOND,
            run: lease::run,
        },
        Self {
            name: "stop-reason",
            section: BEYOND,
            run: stop_reason::run,
        },
    ];

    /// The one of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|it| it.name == name)
    }

    /// Runs it; true if all it expects came out.
    pub fn run(&self, party: &P, sink: &mut dyn FnMut(Line<'_>)) -> bool {
        let mut report = Report::begin(self.name, sink);
        (self.run)(party, &mut report);
        report.end()
    }
}

impl<P: Party> core::fmt::Debug for Scenario<P> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Scenario")
            .field("name", &self.name)
            .field("section", &self.section)
            .finish_non_exhaustive()
    }
}
