//! One run over a list of files: the state that the threads share, and the work of each thread.

use core::time::Duration;
use std::{
    path::Path,
    thread::{self, ScopedJoinHandle},
    time::Instant,
};

use anyhow::Result;
use indicatif::BinaryBytes;
use indivisible::{
    atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
    id::IdAllocator,
    once::OnceLock,
    progress::Progress,
    stats::Stats,
    wait::thread::{CurrentThread, ThreadSlot},
};

use super::{
    Stop,
    digest::{self, Digest},
    find::File,
    screen::{Screen, State},
};

/// Further threads only cost memory.
const MOST_WORKERS: usize = 256;

/// The longest time until the bar is drawn, and a stop seen, where no file is finished.
const HEART_BEAT: Duration = Duration::from_millis(100);

/// The state that the threads share.
pub(crate) struct Run<'a> {
    files: &'a [File],
    /// Places in `files`, each handed out once.
    places: IdAllocator<usize>,
    /// By place; set by the worker that claimed the place.
    digests: Vec<OnceLock<Digest>>,
    /// Files finished or failed.
    progress: Progress<ThreadSlot>,
    failed: AtomicUsize,
    /// Bytes read, and those of files that were not read to their end.
    bytes_so_far: AtomicU64,
    bytes: Stats<u64>,
    micros: Stats<u64>,
    stop: &'a Stop,
    screen: &'a Screen,
}

impl<'a> Run<'a> {
    pub(crate) fn new(files: &'a [File], stop: &'a Stop, screen: &'a Screen) -> Self {
        Self {
            files,
            places: IdAllocator::with_limit(files.len()),
            digests: files.iter().map(|_| OnceLock::new()).collect(),
            progress: Progress::with_unparker(files.len(), ThreadSlot::new()),
            failed: AtomicUsize::new(0),
            bytes_so_far: AtomicU64::new(0),
            bytes: Stats::new(),
            micros: Stats::new(),
            stop,
            screen,
        }
    }

    /// Runs `workers` threads, and shows their progress.
    pub(crate) fn work(&self, workers: usize) -> Result<()> {
        let workers = workers.min(self.files.len()).min(MOST_WORKERS);
        thread::scope(|scope| {
            let mut handles = Vec::new();
            for _ in 0..workers {
                match thread::Builder::new().spawn_scoped(scope, || self.worker()) {
                    Ok(handle) => handles.push(handle),
                    Err(error) if handles.is_empty() => return Err(error.into()),
                    Err(error) => {
                        let got = handles.len();
                        self.screen.say(format_args!("only {got} workers: {error}"));
                        break;
                    }
                }
            }
            self.follow(&handles)
        })
    }

    fn worker(&self) {
        let mut buffer = vec![0; digest::block_len().get()];
        while let Ok(place) = self.places.allocate() {
            if self.one(place, &mut buffer).is_none() {
                break;
            }
            // Last: `advance` is a release, so a reader that sees the file counted sees its record.
            self.progress.advance(1);
        }
    }

    /// Reads the file at `place` and records its digest or its failure; `None` if stopped.
    fn one(&self, place: usize, buffer: &mut [u8]) -> Option<()> {
        let file = &self.files[place];
        let (start, mut bytes) = (Instant::now(), 0);
        let digest = digest::of_file(&file.path, buffer, self.stop, |block| {
            bytes += block;
            self.bytes_so_far.fetch_add(block, Relaxed);
        });
        match digest {
            Ok(digest) => {
                // Not set yet: each place is handed out once.
                let set = self.digests[place].try_set(digest?);
                debug_assert!(set.is_ok());
                self.bytes.record(bytes);
                let micros = start.elapsed().as_micros();
                self.micros.record(micros.try_into().unwrap_or(u64::MAX));
            }
            Err(error) => {
                self.failed.fetch_add(1, Relaxed);
                self.screen.failed(&file.path, error);
            }
        }
        self.bytes_so_far
            .fetch_add(file.length.saturating_sub(bytes), Relaxed);
        Some(())
    }

    /// Shows the progress until the work is complete, stopped or abandoned.
    fn follow(&self, workers: &[ScopedJoinHandle<'_, ()>]) -> Result<()> {
        let total = self.files.len();
        let step = total.div_ceil(100);
        let parker = CurrentThread::with_timeout(HEART_BEAT);
        let mut meter = self.screen.begin(State {
            files: total,
            bytes: self
                .files
                .iter()
                .fold(0, |sum, file| sum.saturating_add(file.length)),
        });
        let mut shown = 0;
        while shown < total && !self.stop.stop_requested() {
            // Workers that panicked do not complete the work.
            let abandoned = workers.iter().all(ScopedJoinHandle::is_finished);
            let done = self.progress.wait_until(shown + step, &parker)?;
            meter.show(State {
                files: done,
                bytes: self.bytes_so_far.load(Relaxed),
            });
            if done >= shown + step || done == total {
                shown = done;
            } else if abandoned {
                break;
            }
        }
        Ok(())
    }

    /// The files read to their end, in order. Only after [`work`](Self::work).
    pub(crate) fn finished(&self) -> impl Iterator<Item = (&Path, &Digest)> {
        self.files
            .iter()
            .zip(&self.digests)
            .filter_map(|(file, digest)| Some((file.path.as_path(), digest.get()?)))
    }

    /// The number of files that could not be read; each was reported.
    pub(crate) fn failed(&self) -> usize {
        self.failed.load(Relaxed)
    }

    /// The number of files that were not read to their end because of a stop.
    pub(crate) fn unfinished(&self) -> usize {
        self.progress.remaining()
    }

    /// Prints count, mean and peak; nothing for no files.
    pub(crate) fn say_statistics(&self) {
        let (bytes, micros) = (self.bytes.snapshot(), self.micros.snapshot());
        if let (Some(mean), Some(peak)) = (bytes.mean(), bytes.max) {
            self.screen.say(format_args!(
                "bytes a file: {} files, mean {}, peak {}",
                bytes.count,
                BinaryBytes(mean),
                BinaryBytes(peak)
            ));
        }
        if let (Some(mean), Some(peak)) = (micros.mean(), micros.max) {
            self.screen.say(format_args!(
                "time a file: {} files, mean {:?}, peak {:?}",
                micros.count,
                Duration::from_micros(mean),
                Duration::from_micros(peak)
            ));
        }
    }
}
