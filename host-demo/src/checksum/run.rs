//! One run over a list of files: the words that the threads share, and what each thread does.

use core::time::Duration;
use std::{
    path::{Path, PathBuf},
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
    stop::StopFlag,
    wait::std::{CurrentThread, ThreadSlot},
};

use super::{
    digest::{self, Digest},
    screen::Screen,
};

/// More threads than that only cost memory.
const MOST_WORKERS: usize = 256;

/// How often the bar is drawn and a stop is looked for, even if no file is finished.
const HEART_BEAT: Duration = Duration::from_millis(100);

/// What the threads share.
pub(crate) struct Run<'a> {
    files: &'a [PathBuf],
    /// Places in `files`, each handed out once.
    places: IdAllocator<usize>,
    /// By place; set by whoever claimed the place.
    digests: Vec<OnceLock<Digest>>,
    /// Files finished or failed.
    progress: Progress<ThreadSlot>,
    failed: AtomicUsize,
    bytes_so_far: AtomicU64,
    bytes: Stats<u64>,
    micros: Stats<u64>,
    stop: &'a StopFlag,
    screen: &'a Screen,
}

impl<'a> Run<'a> {
    pub(crate) fn new(files: &'a [PathBuf], stop: &'a StopFlag, screen: &'a Screen) -> Self {
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

    /// Has `workers` threads do the work, and shows how far they are.
    pub(crate) fn work(&self, workers: usize) -> Result<()> {
        let workers = workers.min(self.files.len()).min(MOST_WORKERS);
        self.screen.begin(self.files.len());
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
            // Last, so that whoever sees it counted sees all that was recorded of it.
            self.progress.advance(1);
        }
    }

    /// Reads the file at `place` and records what comes of it; `None` if stopped.
    fn one(&self, place: usize, buffer: &mut [u8]) -> Option<()> {
        let path = &self.files[place];
        let (start, mut bytes) = (Instant::now(), 0);
        let digest = digest::of_file(path, buffer, self.stop, |block| {
            bytes += block;
            self.bytes_so_far.fetch_add(block, Relaxed);
        });
        match digest {
            Ok(digest) => {
                // Cannot be set already: nobody else has this place.
                let set = self.digests[place].set(digest?);
                debug_assert!(set.is_ok());
                self.bytes.record(bytes);
                let micros = start.elapsed().as_micros();
                self.micros.record(micros.try_into().unwrap_or(u64::MAX));
            }
            Err(error) => {
                self.failed.fetch_add(1, Relaxed);
                self.screen.failed(path, error);
            }
        }
        Some(())
    }

    /// Shows every hundredth of the work, until it is complete, stopped or abandoned.
    fn follow(&self, workers: &[ScopedJoinHandle<'_, ()>]) -> Result<()> {
        let total = self.files.len();
        let step = total.div_ceil(100);
        let parker = CurrentThread::with_timeout(HEART_BEAT);
        let mut shown = 0;
        while shown < total && !self.stop.stop_requested() {
            // A worker that panicked will not complete anything.
            let abandoned = workers.iter().all(ScopedJoinHandle::is_finished);
            let done = self.progress.wait_until(shown + step, &parker)?;
            let news = done >= shown + step || done == total;
            self.screen
                .progress(done, total, self.bytes_so_far.load(Relaxed), news);
            if news {
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
            .filter_map(|(path, digest)| Some((path.as_path(), digest.get()?)))
    }

    /// How many files could not be read; each was reported.
    pub(crate) fn failed(&self) -> usize {
        self.failed.load(Relaxed)
    }

    /// How many files were not begun, or not read to their end, because of a stop.
    pub(crate) fn unfinished(&self) -> usize {
        self.progress.remaining()
    }

    /// Says count, mean and peak; nothing of no files.
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
