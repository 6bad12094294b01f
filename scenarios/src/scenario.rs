//! The catalogue of the scenarios.

use crate::{
    Line, Party, Report, aba, compare_exchange, fetch_modify, fetch_update, id_allocation,
    id_bounded, latest, lazy_init, lazy_once, lease, load_store, once_lock, progress,
    progress_threads, progress_unpark, statistics, stop_flag, stop_reason,
};

/// An example of the chapter.
pub struct Scenario<P: Party> {
    /// Its name on the command line.
    pub name: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// What happens in it.
    pub sentence: &'static str,
    /// The section of the chapter.
    pub section: &'static str,
    run: fn(&P, &mut Report<'_>),
}

const BEYOND: &str = "beyond the chapter";

impl<P: Party> Scenario<P> {
    /// All of them, in the chapter's order, then those beyond it.
    pub const ALL: &'static [Self] = &[
        Self {
            name: "load-store",
            title: "Load and store",
            sentence: "One side stores a value of each type, the other side loads it.",
            section: "Atomic Load and Store Operations",
            run: load_store::run,
        },
        Self {
            name: "stop-flag",
            title: "Stop flag",
            sentence: "A worker checks a flag before each item; another context sets it.",
            section: "Example: Stop Flag",
            run: stop_flag::run,
        },
        Self {
            name: "progress",
            title: "Progress, one writer",
            sentence: "The worker stores how many items are done; readers never see the count decrease.",
            section: "Example: Progress Reporting",
            run: progress::run,
        },
        Self {
            name: "progress-unpark",
            title: "Progress with unpark",
            sentence: "Main sleeps until the worker wakes it. A wake-up between main's check and its sleep is not lost.",
            section: "Synchronization",
            run: progress_unpark::run,
        },
        Self {
            name: "lazy-init",
            title: "Lazy initialization",
            sentence: "Each side may compute the value; every computation gives the same one.",
            section: "Example: Lazy Initialization",
            run: lazy_init::run,
        },
        Self {
            name: "fetch-modify",
            title: "Fetch-and-modify",
            sentence: "Each operation changes the word in one step, and returns the old value.",
            section: "Fetch-and-Modify Operations",
            run: fetch_modify::run,
        },
        Self {
            name: "progress-threads",
            title: "Progress, four writers",
            sentence: "Workers add to one count. Where each stores its own count, the others' items are lost.",
            section: "Example: Progress Reporting from Multiple Threads",
            run: progress_threads::run,
        },
        Self {
            name: "statistics",
            title: "Statistics",
            sentence: "Count and total that are read one by one may be of different instants; a lock or a snapshot reads both of one.",
            section: "Example: Statistics",
            run: statistics::run,
        },
        Self {
            name: "id-allocation",
            title: "ID allocation",
            sentence: "Calls that check the limit after they have added count on when they fail, until IDs repeat.",
            section: "Example: ID Allocation",
            run: id_allocation::run,
        },
        Self {
            name: "compare-exchange",
            title: "Compare-and-exchange",
            sentence: "An increment by load and store loses one that is made in between; an exchange fails there, and retries.",
            section: "Compare-and-Exchange Operations",
            run: compare_exchange::run,
        },
        Self {
            name: "aba",
            title: "ABA",
            sentence: "The head of a list has its old value again, and no longer means the same. A tag tells the two apart.",
            section: "Compare-and-Exchange Operations",
            run: aba::run,
        },
        Self {
            name: "id-bounded",
            title: "ID allocation without overflow",
            sentence: "One exchange checks the limit and takes the ID, so no call gets one too many.",
            section: "Example: ID Allocation Without Overflow",
            run: id_bounded::run,
        },
        Self {
            name: "fetch-update",
            title: "Fetch-and-update",
            sentence: "A closure computes the new value, and runs again after each change in between.",
            section: "Example: ID Allocation Without Overflow",
            run: fetch_update::run,
        },
        Self {
            name: "lazy-once",
            title: "One key",
            sentence: "Both sides may generate a key; the first one that is stored is the key of both.",
            section: "Example: Lazy One-Time Initialization",
            run: lazy_once::run,
        },
        Self {
            name: "once-lock",
            title: "One-time initialization",
            sentence: "A value of several words is initialized once. A call that meets the running initializer does not wait.",
            section: "Example: Lazy One-Time Initialization",
            run: once_lock::run,
        },
        Self {
            name: "latest",
            title: "The latest value",
            sentence: "A reader gets the words of one publication, never of two, and never waits for the writer.",
            section: BEYOND,
            run: latest::run,
        },
        Self {
            name: "lease",
            title: "Leases of IDs",
            sentence: "One exchange takes several IDs; the unused ones are given back, unless a later ID has been handed out.",
            section: BEYOND,
            run: lease::run,
        },
        Self {
            name: "stop-reason",
            title: "Stop with a reason",
            sentence: "The first request sets the reason, and a waiter sleeps until there is one.",
            section: BEYOND,
            run: stop_reason::run,
        },
    ];

    /// The scenario of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|it| it.name == name)
    }

    /// Runs it; true if every expectation was met.
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
