//! Work with several primitives together: CRC-32 of the firmware's own image, block by block.
//!
//! Four interrupts of different priorities claim blocks from one [`IdAllocator`]; `main` sleeps until
//! the [`Progress`] is complete, or stops them by a [`StopFlag`] at its deadline.

mod image;

use crate::{Interrupts, one_core::arch::cycles};
use core::{
    array,
    num::NonZero,
    ops::ControlFlow::{self, Break, Continue},
};
use image::BLOCKS;
use indivisible::{
    atomic::{AtomicInteger, AtomicU32, Ordering::Relaxed},
    id::IdAllocator,
    progress::Progress,
    race::OnceWord,
    stats::Stats,
    stop::StopFlag,
    wait,
};
use scenarios::{Party, WORKERS, Work};

/// The state that the workers share.
struct Job {
    blocks: IdAllocator<usize>,
    progress: Progress<wait::Interrupts>,
    stop: StopFlag,
    /// Made by the first worker that needs it, the same for all.
    key: OnceWord<NonZero<u32>>,
    /// Cycles a block, interruptions included.
    cycles: Stats,
    /// Workers at work: one, and those that it has interrupted.
    inside: AtomicU32,
    /// The most workers at once.
    deepest: AtomicU32,
}

/// In statics, not on the stack: a kilobyte.
static CHECKSUMS: [AtomicU32; BLOCKS] = [const { AtomicU32::new(0) }; BLOCKS];

/// Prints length and checksum of every block; true if all were done, under one key.
pub fn checksum(interrupts: &Interrupts) -> bool {
    let blocks = image::blocks();
    let job = Job {
        blocks: IdAllocator::<usize>::with_limit(blocks),
        progress: Progress::with_unparker(blocks, interrupts.unparker()),
        stop: StopFlag::new(),
        key: OnceWord::new(),
        cycles: Stats::new(),
        inside: AtomicU32::new(0),
        deepest: AtomicU32::new(0),
    };
    let keys: [_; WORKERS] = array::from_fn(|_| AtomicU32::new(0));
    let works: [_; WORKERS] = array::from_fn(|worker| {
        let (job, key) = (&job, &keys[worker]);
        move || job.one_block(key)
    });
    let works = works.each_ref().map(|work| work as Work<'_>);
    let complete = interrupts.run(&works, || job.wait(interrupts));

    defmt::info!("image of {=usize} bytes", image::length());
    for (block, checksum) in CHECKSUMS.iter().enumerate().take(blocks) {
        let bytes = image::range(block).len();
        defmt::info!(
            "block {=usize}: {=usize} bytes, crc {=u32:08x}",
            block,
            bytes,
            checksum.load(Relaxed)
        );
    }
    defmt::info!("cycles a block: {}", job.cycles);
    defmt::info!(
        "up to {=u32} workers inside one another",
        job.deepest.load(Relaxed)
    );
    let key = job.key.get().map_or(0, NonZero::get);
    let agreed = keys.iter().all(|it| it.load(Relaxed) == key);
    defmt::info!("run key {=u32:08x}", key);
    if !complete {
        defmt::error!("stopped after {}", job.progress);
    }
    if !agreed {
        defmt::error!("the workers have different keys");
    }
    complete && agreed
}

impl Job {
    /// A worker's turn, in an interrupt.
    fn one_block(&self, key: &AtomicU32) -> ControlFlow<()> {
        let start = cycles();
        key.store(self.key.get_or_init(new_key).get(), Relaxed);
        if self.stop.stop_requested() {
            return Break(());
        }
        let Ok(block) = self.blocks.allocate() else {
            return Break(());
        };
        let inside = self.inside.fetch_add(1, Relaxed) + 1;
        self.deepest.raise_to(inside);
        CHECKSUMS[block].store(image::checksum(image::range(block)), Relaxed);
        self.inside.fetch_sub(1, Relaxed);
        self.cycles.record(cycles().wrapping_sub(start));
        // `advance` is Release: a reader that sees the block counted sees its checksum.
        self.progress.advance(1);
        Continue(())
    }

    /// The part of `main`: whether all blocks were done in time.
    fn wait(&self, interrupts: &Interrupts) -> bool {
        let done = self.progress.wait_complete(&interrupts.parker());
        let complete = done == Ok(self.progress.total());
        if !complete {
            self.stop.request_stop();
        }
        complete
    }
}

/// Differs from run to run, unless QEMU counts instructions.
fn new_key() -> NonZero<u32> {
    NonZero::new(cycles().wrapping_mul(0x9E37_79B9)).unwrap_or(NonZero::<u32>::MIN)
}
