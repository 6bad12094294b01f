//! All IDs are allocated: each policy fails as documented, in `main` and in an interrupt.

use super::{PLENTY, board, build, run_within};
use runner::qemu::End;

#[test]
fn the_last_id_is_the_last_everywhere() {
    for name in ["microbit", "lm3s6965evb", "virt"] {
        let board = board(name);
        let ran = run_within(PLENTY, board, &build(board, "exhaustion", &["back-end"]));
        let Some((panic, said)) = ran.messages.split_last() else {
            panic!("{name}: {ran:?}");
        };
        // A non-zero ID wraps to 1.
        assert_eq!(
            said,
            [
                "main, two left: checked Ok(0), lease Ok(1), roll back Ok(0), wrapping 255",
                "in an interrupt: checked Ok(1), lease Err(ExhaustedError), roll back Ok(1), wrapping 1",
                "main, none left: checked Err(ExhaustedError), lease Err(ExhaustedError), \
                 roll back Err(ExhaustedError), wrapping 2",
                "in an interrupt: checked Err(ExhaustedError), lease Err(ExhaustedError), \
                 roll back Err(ExhaustedError), wrapping 3",
                "abort: 0, then 1",
            ],
            "{name}"
        );
        assert!(
            panic.ends_with("all IDs have been allocated"),
            "{name}: {panic}"
        );
        assert_eq!(ran.end, End::Exit(101), "{name}");
    }
}
