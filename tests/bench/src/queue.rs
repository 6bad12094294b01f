//! From a measurement on two cores to sixteen: a model of one contended cache line.
//!
//! A closed queue with one server. Each of `n` threads does its own work for `think` nanoseconds, then needs the line
//! for `service` nanoseconds, in which no other thread has it, and begins again. Both times are exponential and
//! independent, threads are served in the order of their arrival, and each has a core. Mean value analysis is exact
//! for that (Reiser and Lavenberg, 1980):
//!
//! ```text
//!   wait(n)       = service · (1 + queue(n - 1))
//!   throughput(n) = n / (think + wait(n))
//!   queue(n)      = throughput(n) · wait(n)
//! ```
//!
//! So a turn takes `think + service` at first, and `n · service` in the end; the two meet at
//! `1 + think / service` threads.

/// What the threads do.
#[derive(Debug, Clone, Copy)]
struct Line {
    /// Nanoseconds of a thread's own work between two accesses to the line.
    think: f64,
    /// Nanoseconds for which an access keeps the other threads from the line.
    service: f64,
}

impl Line {
    /// Nanoseconds from one access of a thread to its next, on `n` threads.
    fn turn(self, n: u32) -> f64 {
        let (mut queue, mut turn) = (0.0, 0.0);
        for threads in 1..=n {
            let wait = self.service * (1.0 + queue);
            turn = self.think + wait;
            queue = f64::from(threads) / turn * wait;
        }
        turn
    }

    /// From how many threads on the line is the limit.
    fn saturation(self) -> f64 {
        1.0 + self.think / self.service
    }
}

#[cfg(test)]
mod tests {
    use super::Line;
    use core::fmt::Write as _;

    /// Nanoseconds for which an access keeps the others from the line. The first was measured where docs/PERFORMANCE.md
    /// was: two threads that do nothing but `fetch_add` take 9.0 ns each, so one turn of the line takes half. The
    /// second is one way between two cores of a Zen 3 that share none but the last cache.
    const SERVICES: [f64; 2] = [4.5, 49.0];
    const THREADS: [u32; 5] = [1, 2, 4, 8, 16];

    /// Operations, the nanoseconds of one on one thread, and after how many the shared line is needed.
    const OPERATIONS: [(&str, f64, f64); 5] = [
        ("`fetch_add` of one word, and nothing else", 0.0, 1.0),
        ("leased IDs, 64 in a lease, and nothing else", 0.41, 64.0),
        (
            "leased IDs, 1,024 in a lease, and nothing else",
            0.41,
            1024.0,
        ),
        (
            "leased IDs, 64 in a lease, 100 ns of work for each",
            100.41,
            64.0,
        ),
        (
            "`IdAllocator::allocate`, 1 µs of work for each",
            1000.0,
            1.0,
        ),
    ];

    /// The table of docs/PERFORMANCE.md.
    fn table() -> String {
        let mut text = "| operation | a turn of the line | 1 | 2 | 4 | 8 | 16 threads | the line is the limit from |\n\
                        |---|---|---|---|---|---|---|---|\n"
            .to_owned();
        for (operation, alone, every) in OPERATIONS {
            for service in SERVICES {
                let think = alone * every;
                let line = Line { think, service };
                write!(text, "| {operation} | {service} ns |").unwrap();
                for n in THREADS {
                    write!(text, " {:.2} |", line.turn(n) / line.turn(1)).unwrap();
                }
                writeln!(text, " {:.0} |", line.saturation()).unwrap();
            }
        }
        text
    }

    #[test]
    fn the_document_has_what_the_model_computes() {
        let document = include_str!("../../../docs/PERFORMANCE.md");
        let table = table();
        assert!(document.contains(&table), "expected:\n{table}");
    }

    #[test]
    fn a_turn_lies_between_the_asymptotes_and_grows() {
        for (_, alone, every) in OPERATIONS {
            for service in SERVICES {
                let line = Line {
                    think: alone * every,
                    service,
                };
                for n in 1..64 {
                    let turn = line.turn(n);
                    let least = (line.think + service).max(f64::from(n) * service);
                    let most = line.think + f64::from(n) * service;
                    assert!(least <= turn + 1e-9 && turn <= most + 1e-9, "{line:?}, {n}");
                    assert!(line.turn(n + 1) >= turn);
                }
            }
        }
    }

    /// Two threads that do nothing else alternate.
    #[test]
    fn without_a_pause_each_thread_waits_for_all_others() {
        let line = Line {
            think: 0.0,
            service: 4.5,
        };
        assert!((line.turn(2) - 9.0).abs() < 1e-9);
        assert!((line.turn(16) - 72.0).abs() < 1e-9);
    }
}
