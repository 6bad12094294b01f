use indivisible::latest::{Contended, Latest};
use proptest::{collection::vec, prelude::*};

type Value = (u64, bool);

proptest! {
    /// What was published last, whoever has written it.
    #[test]
    fn as_the_model(runs in vec((any::<bool>(), vec(any::<Value>(), 0..6)), 0..8)) {
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
                writer.publish(value);
                last = Some(value);
                prop_assert_eq!((writer.last(), shared.read()), (last, last));
                prop_assert_eq!(shared.try_read(1), Ok(last));
                prop_assert_eq!(shared.try_read(0), Err(Contended));
            }
        }
    }
}
