//! The rows of a picture: the instructions that matter in a run, and how many are left out between them.

use crate::record::{Build, Happening, Landing};

/// A row of a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) lane: usize,
    pub(crate) what: What,
    /// The index of the step in the run.
    pub(crate) step: usize,
    /// Whether it is to blame.
    pub(crate) is_wrong: bool,
}

/// What a row shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// Instructions that change nothing shared.
    Instructions(usize),
    /// Words of a column, loaded or stored, with their values.
    Access {
        stores: bool,
        column: usize,
        values: Vec<(usize, u32)>,
    },
    /// The interrupt of this handler becomes pending, and waits.
    Pending(usize),
    /// A handler begins.
    Enter,
    /// What else an instruction does.
    Happens(Happening),
}

/// The rows of a landing.
pub(crate) fn rows(build: &Build, landing: &Landing) -> Vec<Row> {
    let run = build.executed(landing);
    let blamed = landing
        .why
        .and_then(|why| why.wrong)
        .filter(|_| !build.is_wrong_alone(landing));
    let mut rows: Vec<Row> = Vec::new();
    let (mut idle, mut of_main, mut begun) = (0, 0, vec![0]);
    for (step, it) in run.iter().enumerate() {
        let lane = it.lane;
        let row = |what| Row {
            lane,
            what,
            step,
            is_wrong: false,
        };
        if let Some(before) = step
            .checked_sub(1)
            .filter(|&before| run[before].lane != lane)
        {
            flush(&mut rows, &mut idle, run[before].lane, before);
        }
        if !begun.contains(&lane) {
            begun.push(lane);
            rows.push(row(What::Enter));
        }
        if lane == 0 {
            let waits =
                |&(handler, &at): &(usize, &usize)| at == of_main && landing.taken[handler] > at;
            for (handler, _) in landing.at.iter().enumerate().filter(waits) {
                flush(&mut rows, &mut idle, 0, step);
                rows.push(row(What::Pending(handler + 1)));
            }
            of_main += 1;
        }
        let mut is_shown = false;
        for access in &it.step.accesses {
            let Some(column) = build.column(access.word) else {
                continue;
            };
            is_shown = true;
            let (stores, value) = (access.store == 1, (access.word, access.value));
            let is_array = build.columns[column].words.len() > 1;
            if is_array
                && let Some(Row {
                    what:
                        What::Access {
                            stores: before,
                            column: other,
                            values,
                        },
                    lane: of,
                    is_wrong,
                    ..
                }) = rows.last_mut()
                && (*before, *other, *of) == (stores, column, lane)
            {
                idle = 0;
                values.push(value);
                *is_wrong |= blamed == Some(step);
                continue;
            }
            flush(&mut rows, &mut idle, lane, step);
            rows.push(Row {
                is_wrong: blamed == Some(step),
                ..row(What::Access {
                    stores,
                    column,
                    values: vec![value],
                })
            });
        }
        match it.step.happens {
            Happening::Nothing if is_shown => {}
            Happening::Nothing => idle += 1,
            happening => {
                flush(&mut rows, &mut idle, lane, step);
                rows.push(Row {
                    is_wrong: blamed == Some(step) && !is_shown,
                    ..row(What::Happens(happening))
                });
            }
        }
    }
    rows
}

fn flush(rows: &mut Vec<Row>, idle: &mut usize, lane: usize, step: usize) {
    if *idle > 0 {
        rows.push(Row {
            lane,
            what: What::Instructions(*idle),
            step,
            is_wrong: false,
        });
        *idle = 0;
    }
}
