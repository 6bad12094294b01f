use indivisible::latest::{Contended, Latest, Writer};
use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{TestCaseError, TestRunner},
};

type Value = (u64, bool);
type Publish = fn(&mut Writer<'_, Value>, Value);

/// For each writer, whether it was split off, and what it publishes.
fn runs() -> impl Strategy<Value = Vec<(bool, Vec<Value>)>> {
    vec((any::<bool>(), vec(any::<Value>(), 0..6)), 0..8)
}

/// What was published last, whoever has written it.
fn as_the_model(runs: Vec<(bool, Vec<Value>)>, publish: Publish) -> Result<(), TestCaseError> {
    let mut latest = Latest::new();
    let (mut last, mut claimed) = (None, false);
    for (splits, values) in runs {
        let (writer, shared) = if splits {
            let (writer, shared) = latest.split();
            (Some(writer), shared)
        } else {
            (latest.claim(), &latest)
        };
        prop_assert_eq!(writer.is_some(), splits || !claimed);
        claimed = true;
        prop_assert!(shared.claim().is_none());
        let Some(mut writer) = writer else { continue };
        prop_assert_eq!((writer.last(), shared.read()), (last, last));
        for value in values {
            publish(&mut writer, value);
            last = Some(value);
            prop_assert_eq!((writer.last(), shared.read()), (last, last));
            prop_assert_eq!(shared.try_read(1), Ok(last));
            prop_assert_eq!(shared.try_read(0), Err(Contended));
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn the_last_value_is_read(runs in runs()) {
        as_the_model(runs, |writer, value| writer.publish(value))?;
    }
}

#[test]
fn a_writer_that_loses_a_value_is_found() {
    let lossy: Publish = |writer, value| {
        if value.0 % 2 == 0 {
            writer.publish(value);
        }
    };
    let found = TestRunner::deterministic().run(&runs(), |runs| as_the_model(runs, lossy));
    assert!(found.is_err());
}
