//! The progress line on the UART.

use super::{COUNTED, Ran, boards, build, run};
use runner::qemu::End;

/// The counts that the line has shown, in its order.
fn shown(ran: &Ran) -> Vec<usize> {
    assert_eq!(ran.end, End::Exit(0), "{:?}", ran.log);
    let line = ran.uart.strip_suffix('\n').expect("one line");
    let mut pictures = line.split('\r');
    assert_eq!(pictures.next(), Some(""), "{line:?}");
    let counts = pictures.map(|picture| {
        let count = picture.strip_prefix("Working.. ");
        let count = count.and_then(|it| it.strip_suffix("/100 done"));
        count.unwrap_or_else(|| panic!("{picture:?}")).parse()
    });
    let counts = counts.collect::<Result<Vec<_>, _>>().unwrap();
    assert_eq!(
        ran.numbers("the line was drawn").collect::<Vec<_>>(),
        [counts.len()]
    );
    counts
}

/// An item takes 240 ticks, so main has drawn each long before the next.
#[test]
fn the_line_counts_every_item() {
    for board in boards() {
        let ran = run(board, &build(board, "live", &[]), COUNTED, b"");
        assert!(shown(&ran).into_iter().eq(0..=100), "{}", board.name);
    }
}

/// In the time of the host, main may draw late, but never a count twice or a lower one.
#[test]
fn the_line_grows_to_its_end_where_time_passes() {
    let board = boards().next().unwrap();
    let shown = shown(&run(board, &build(board, "live", &[]), None, b""));
    assert!(shown.is_sorted_by(|a, b| a < b), "{shown:?}");
    assert_eq!((shown[0], shown.last()), (0, Some(&100)));
}
