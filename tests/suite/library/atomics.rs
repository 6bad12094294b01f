//! Every type and operation of `indivisible::atomic`, compared with `core`'s on the same sequences.

/// Any value, with edge cases of arithmetic more often than by chance.
macro_rules! values {
    ($Value:ident) => {
        prop_oneof![
            2 => any::<$Value>(),
            1 => prop::sample::select(vec![0, 1, $Value::MIN, $Value::MAX, $Value::MAX - 1]),
        ]
        .boxed()
    };
}

/// Calls the macro with a module, the atomic and the value of every integer.
macro_rules! for_every_integer {
    ($callback:ident) => {
        $callback! {
            u8: AtomicU8, u8;
            i8: AtomicI8, i8;
            u16: AtomicU16, u16;
            i16: AtomicI16, i16;
            u32: AtomicU32, u32;
            i32: AtomicI32, i32;
            u64: AtomicU64, u64;
            i64: AtomicI64, i64;
            usize: AtomicUsize, usize;
            isize: AtomicIsize, isize;
        }
    };
}

mod orderings;
mod threads;
mod update;

use core::{
    fmt::Debug,
    sync::atomic::Ordering::{self, AcqRel, Acquire, Relaxed, Release, SeqCst},
};
use indivisible::atomic;
use proptest::{collection::vec, prelude::*, test_runner::TestRunner};

const NATIVE: bool = !cfg!(indivisible_force_sections);

#[derive(Clone, Copy, Debug)]
enum Kind {
    Load,
    Store,
    Swap,
    CompareExchange,
    CompareExchangeWeak,
    FetchUpdate,
    Add,
    Sub,
    And,
    Nand,
    Or,
    Xor,
    Max,
    Min,
}

const WORD: &[Kind] = &[
    Kind::Load,
    Kind::Store,
    Kind::Swap,
    Kind::CompareExchange,
    Kind::CompareExchangeWeak,
    Kind::FetchUpdate,
];
const BITS: &[Kind] = &[Kind::And, Kind::Nand, Kind::Or, Kind::Xor];
const NUMBER: &[Kind] = &[Kind::Add, Kind::Sub, Kind::Max, Kind::Min];

#[derive(Clone, Copy, Debug)]
struct Step<V> {
    kind: Kind,
    value: V,
    /// The expected value of a comparison; `None` for the current one.
    current: Option<V>,
    load: Ordering,
    store: Ordering,
    change: Ordering,
}

fn steps<V: Clone + Debug + 'static>(
    kinds: &[&'static [Kind]],
    value: BoxedStrategy<V>,
) -> impl Strategy<Value = (V, Vec<Step<V>>)> {
    let step = (
        prop::sample::select(kinds.concat()),
        value.clone(),
        prop::option::of(value.clone()),
        prop::sample::select(&[Relaxed, Acquire, SeqCst][..]),
        prop::sample::select(&[Relaxed, Release, SeqCst][..]),
        prop::sample::select(&[Relaxed, Acquire, Release, AcqRel, SeqCst][..]),
    )
        .prop_map(|(kind, value, current, load, store, change)| Step {
            kind,
            value,
            current,
            load,
            store,
            change,
        });
    (value, vec(step, 0..64))
}

/// The result of one operation.
#[derive(Debug, PartialEq)]
enum Returned<V> {
    Nothing,
    Value(V),
    Exchanged(Result<V, V>),
}

/// Performs a step that every type has; `std`'s atomics and ours have the same methods.
macro_rules! word_step {
    ($atomic:expr, $step:expr) => {{
        let (atomic, step) = (&$atomic, $step);
        let current = step.current.unwrap_or_else(|| atomic.load(Relaxed));
        match step.kind {
            Kind::Load => Returned::Value(atomic.load(step.load)),
            Kind::Store => {
                atomic.store(step.value, step.store);
                Returned::Nothing
            }
            Kind::Swap => Returned::Value(atomic.swap(step.value, step.change)),
            Kind::CompareExchange => Returned::Exchanged(atomic.compare_exchange(
                current,
                step.value,
                step.change,
                step.load,
            )),
            Kind::CompareExchangeWeak => loop {
                let exchanged =
                    atomic.compare_exchange_weak(current, step.value, step.change, step.load);
                // Anything but a spurious failure.
                if exchanged != Err(current) {
                    break Returned::Exchanged(exchanged);
                }
            },
            _ => Returned::Exchanged(atomic.fetch_update(step.change, step.load, |old| {
                (Some(old) != step.current).then_some(step.value)
            })),
        }
    }};
}

macro_rules! bits_step {
    ($atomic:expr, $step:expr) => {
        match $step.kind {
            Kind::And => Returned::Value($atomic.fetch_and($step.value, $step.change)),
            Kind::Nand => Returned::Value($atomic.fetch_nand($step.value, $step.change)),
            Kind::Or => Returned::Value($atomic.fetch_or($step.value, $step.change)),
            Kind::Xor => Returned::Value($atomic.fetch_xor($step.value, $step.change)),
            _ => word_step!($atomic, $step),
        }
    };
}

macro_rules! number_step {
    ($atomic:expr, $step:expr) => {
        match $step.kind {
            Kind::Add => Returned::Value($atomic.fetch_add($step.value, $step.change)),
            Kind::Sub => Returned::Value($atomic.fetch_sub($step.value, $step.change)),
            Kind::Max => Returned::Value($atomic.fetch_max($step.value, $step.change)),
            Kind::Min => Returned::Value($atomic.fetch_min($step.value, $step.change)),
            _ => bits_step!($atomic, $step),
        }
    };
}

/// The function `$name`: checks that `$Ours` and `$Theirs` return the same and end with the same value.
macro_rules! agree {
    ($name:ident, $step:ident, $Value:ty, $Ours:ty, $Theirs:ty) => {
        fn $name((initial, steps): ($Value, Vec<Step<$Value>>)) -> Result<(), TestCaseError> {
            let (ours, theirs) = (<$Ours>::new(initial), <$Theirs>::new(initial));
            for step in &steps {
                prop_assert_eq!($step!(ours, step), $step!(theirs, step));
            }
            prop_assert_eq!(format!("{ours:?}"), format!("{theirs:?}"));
            prop_assert_eq!(ours.into_inner(), theirs.into_inner());
            Ok(())
        }
    };
}

macro_rules! integers {
    ($($module:ident: $Atomic:ident, $Value:ident;)*) => { $(
        mod $module {
            use super::*;

            agree!(agree, number_step, $Value, atomic::$Atomic, core::sync::atomic::$Atomic);

            proptest! {
                #[test]
                fn as_std(case in steps(&[WORD, BITS, NUMBER], values!($Value))) {
                    agree(case)?;
                }
            }

            #[test]
            #[allow(unsafe_code, reason = "`from_ptr`")]
            fn has_the_operations_of_both_modes() {
                assert_eq!(atomic::$Atomic::default().into_inner(), $Value::default());
                let mut word = atomic::$Atomic::from(7);
                *word.get_mut() += 1;
                assert_eq!(word.as_ptr().cast_const(), core::ptr::from_ref(&word).cast());
                assert_eq!(format!("{word:?}"), "8");
                assert_eq!(word.into_inner(), 8);
                let mut value = $Value::MAX;
                // SAFETY: the pointer is that of a variable which nothing else uses meanwhile; a
                // 64-bit integer is aligned to its size on every host that runs this.
                let word = unsafe { atomic::$Atomic::from_ptr(&raw mut value) };
                assert_eq!(word.fetch_sub(1, SeqCst), $Value::MAX);
                assert_eq!(value, $Value::MAX - 1);
                assert_eq!(atomic::$Atomic::is_lock_free(), NATIVE);
            }
        }
    )* };
}

for_every_integer!(integers);

agree!(
    booleans_agree,
    bits_step,
    bool,
    atomic::AtomicBool,
    core::sync::atomic::AtomicBool
);
agree!(
    pointers_agree,
    word_step,
    *mut u32,
    atomic::AtomicPtr<u32>,
    core::sync::atomic::AtomicPtr<u32>
);

/// Never dereferenced.
fn pointers() -> BoxedStrategy<*mut u32> {
    prop::sample::select(vec![0usize, 4, 8, usize::MAX & !3])
        .prop_map(core::ptr::without_provenance_mut)
        .boxed()
}

proptest! {
    #[test]
    fn booleans_as_std(case in steps(&[WORD, BITS], any::<bool>().boxed())) {
        booleans_agree(case)?;
    }

    #[test]
    fn pointers_as_std(case in steps(&[WORD], pointers())) {
        pointers_agree(case)?;
    }
}

macro_rules! same_of_pointers {
    ($($name:ident)*) => { $(
        #[test]
        fn $name() {
            let start = core::ptr::without_provenance_mut::<u32>(0x1234_5670);
            for n in [0, 1, 0xff, usize::MAX] {
                let (ours, theirs) = (
                    atomic::AtomicPtr::new(start),
                    core::sync::atomic::AtomicPtr::new(start),
                );
                assert_eq!(ours.$name(n, SeqCst), theirs.$name(n, SeqCst), "{n}");
                assert_eq!(ours.into_inner(), theirs.into_inner(), "{n}");
            }
        }
    )* };
}

mod pointer_arithmetic {
    use super::*;

    same_of_pointers! {
        fetch_ptr_add fetch_ptr_sub fetch_byte_add fetch_byte_sub fetch_and fetch_or fetch_xor
    }
}

#[test]
fn booleans_and_pointers_have_the_operations_of_both_modes() {
    let mut flag = atomic::AtomicBool::default();
    assert!(!flag.fetch_not(Relaxed));
    assert!(*flag.get_mut());
    let mut pointer = atomic::AtomicPtr::<u32>::default();
    assert!(pointer.get_mut().is_null());
    assert_eq!(
        format!("{pointer:p}"),
        format!("{:p}", core::ptr::null::<u32>())
    );
    assert_eq!(
        format!("{pointer:?}"),
        format!("{:?}", core::ptr::null::<u32>())
    );
    assert_eq!(format!("{flag:?}"), "true");
}

/// `core`'s atomic with one wrong operation, in the one case that is easily forgotten.
mod planted {
    use super::*;

    #[derive(Debug)]
    #[repr(transparent)]
    struct ForgetsTheSign(core::sync::atomic::AtomicI8);

    impl ForgetsTheSign {
        const fn new(value: i8) -> Self {
            Self(core::sync::atomic::AtomicI8::new(value))
        }

        fn fetch_max(&self, value: i8, order: Ordering) -> i8 {
            let larger = |old: i8| (value as u8 > old as u8).then_some(value);
            let (Ok(old) | Err(old)) = self.0.fetch_update(order, Relaxed, larger);
            old
        }

        fn into_inner(self) -> i8 {
            self.0.into_inner()
        }
    }

    impl core::ops::Deref for ForgetsTheSign {
        type Target = core::sync::atomic::AtomicI8;

        fn deref(&self) -> &Self::Target {
            &self.0
        }
    }

    agree!(
        agree,
        number_step,
        i8,
        ForgetsTheSign,
        core::sync::atomic::AtomicI8
    );

    #[test]
    fn a_wrong_operation_is_found() {
        let mut runner = TestRunner::new(ProptestConfig {
            failure_persistence: None,
            ..ProptestConfig::default()
        });
        // The only wrong operation, so that no other one can cause the failure.
        let only_max = steps(&[&[Kind::Max]], values!(i8));
        assert!(runner.run(&only_max, agree).is_err());
    }
}
