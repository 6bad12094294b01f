//! The gap between the last look and the sleep, of every parker that sleeps in WFI.

use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use harness::{GivenAway, Group, Held, Object, Op, Setting, Twin};
use indivisible::{
    progress::{MAX_TOTAL, SingleProgress, Writer},
    wait::{Interrupts, Park, Unpark, WakeReason, wfi::Wfi},
};

type Awaited = SingleProgress<Interrupts>;

static WHOLE: GivenAway<Awaited> =
    GivenAway::new(SingleProgress::with_unparker(MAX_TOTAL, Interrupts));
static WRITER: Held<Writer<'static, Interrupts>> = Held::new();
static READER: Object<Option<&'static Awaited>> = Object::new(None);
static BEFORE: AtomicUsize = AtomicUsize::new(0);

const SETTING: Setting = Setting {
    reset: |idle, _| {
        if let Some(whole) = WHOLE.take(idle) {
            let (writer, reader) = whole.split();
            WRITER.put(writer);
            READER.renew(idle, Some(reader));
        }
        BEFORE.store(READER.get(|it| it.map_or(0, SingleProgress::done)), Relaxed);
    },
    variants: 1,
    state: || READER.get(|it| it.map_or(0, SingleProgress::done) - BEFORE.load(Relaxed)) as u64,
};

const ADVANCE: Op = Op::new("advance", || {
    WRITER.with(|it| it.advance(1));
    0
});

/// More done than before, or a refusal.
#[inline(always)]
fn wait(parker: &impl Park<Interrupts>) -> u64 {
    let before = BEFORE.load(Relaxed);
    let result = READER.get(|it| it.map_or(Ok(before), |it| it.wait_change(before, parker)));
    result.map_or(u64::MAX, |done| (done - before) as u64)
}

/// Looks, and then sleeps through whatever came between the two.
struct Naive;

impl<U: Unpark> Park<U> for Naive {
    fn park_unless(
        &self,
        _: &U,
        ready: &mut dyn FnMut() -> bool,
    ) -> Result<WakeReason, indivisible::wait::WaitError> {
        if !ready() {
            #[cfg(target_arch = "arm")]
            cortex_m::asm::wfi();
            #[cfg(target_arch = "riscv32")]
            riscv::asm::wfi();
        }
        Ok(WakeReason::Woken)
    }
}

pub(super) const GROUPS: &[Group] = &[
    Group {
        main: &[Op::new("wait_change", || wait(&Wfi))],
        handler: &[ADVANCE],
        waits: true,
        twins: &[Twin {
            of: "wait_change",
            wrong: Op::new("look, then WFI", || wait(&Naive)),
            handler: ADVANCE,
            second: None,
            setting: SETTING,
            waits: true,
        }],
        ..Group::new("Wfi", SETTING)
    },
    latest::NEWER,
];

/// A reader that waits for the next value.
mod latest {
    use super::*;
    use harness::serial;
    use indivisible::latest::{Latest, Reader, Writer};

    type It = Latest<u32, Interrupts>;

    static WHOLE: GivenAway<It> = GivenAway::new(Latest::with_unparker(Interrupts));
    static WRITER: Held<Writer<'static, u32, Interrupts>> = Held::new();
    static READER: Held<Reader<'static, u32, Interrupts>> = Held::new();

    const SETTING: Setting = Setting {
        reset: |idle, _| {
            if let Some(whole) = WHOLE.take(idle) {
                let (writer, latest) = whole.split();
                WRITER.put(writer);
                READER.put(latest.reader());
            }
            READER.with(|it| it.read());
        },
        variants: 1,
        state: || {
            WRITER
                .with(|it| it.last().map_or(0, serial::relative))
                .unwrap_or(0)
        },
    };

    const PUBLISH: Op = Op::new("publish", || {
        WRITER.with(|it| it.publish(serial::next()));
        0
    });

    /// The value, or a refusal.
    #[inline(always)]
    fn wait(parker: &impl Park<Interrupts>) -> u64 {
        let newer = READER.with(|it| it.wait_newer(parker).ok().flatten());
        newer.flatten().map_or(u64::MAX, serial::relative)
    }

    pub(super) const NEWER: Group = Group {
        main: &[Op::new("wait_newer", || wait(&Wfi))],
        handler: &[PUBLISH],
        waits: true,
        twins: &[Twin {
            of: "wait_newer",
            wrong: Op::new("look, then WFI", || wait(&Naive)),
            handler: PUBLISH,
            second: None,
            setting: SETTING,
            waits: true,
        }],
        ..Group::new("Wfi", SETTING)
    };
}
