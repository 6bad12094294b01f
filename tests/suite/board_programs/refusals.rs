//! The contexts in which waiting is refused, and the error of each.

use super::{board, says};

/// The message of a context that refuses every way to sleep; only [`Polling`] succeeds: its result is that
/// of a parker without a check.
///
/// [`Polling`]: indivisible::wait::Polling
fn refused(context: &str, why: &str, wfe: bool) -> String {
    let wfe = if wfe {
        format!("Some(Err({why}))")
    } else {
        "None".to_owned()
    };
    format!(
        "{context}: wfi Err({why}), progress Err({why}), reason Some({why}), wfe {wfe}, \
         polling Ok(Woken)"
    )
}

fn allowed(wfe: bool) -> String {
    let wfe = if wfe { "Some(Ok(Woken))" } else { "None" };
    format!(
        "nothing masked: wfi Ok(Woken), progress Ok(1), reason None, wfe {wfe}, \
         polling Ok(Woken)"
    )
}

#[test]
fn each_cause_is_told_apart() {
    let in_interrupt = |why, wfe| refused("in an interrupt", why, wfe);
    let masked = |context, wfe| refused(context, "InterruptsMasked", wfe);
    let priority = ["BASEPRI set", "FAULTMASK set"].map(|context| masked(context, true));

    for (name, expected) in [
        (
            "microbit",
            vec![
                in_interrupt("InInterrupt", true),
                masked("PRIMASK set", true),
                allowed(true),
            ],
        ),
        (
            "lm3s6965evb",
            [
                vec![
                    in_interrupt("InInterrupt", true),
                    masked("PRIMASK set", true),
                ],
                priority.to_vec(),
                // WFE needs no mask.
                vec![
                    "unprivileged: wfi Err(Unprivileged), progress Err(Unprivileged), \
                     reason Some(Unprivileged), wfe Some(Ok(Woken)), polling Ok(Woken)"
                        .to_owned(),
                ],
                vec![allowed(true)],
            ]
            .concat(),
        ),
        (
            "virt",
            vec![
                // A trap handler runs with MIE clear: nothing else distinguishes it.
                in_interrupt("InterruptsMasked", false),
                masked("MIE clear", false),
                allowed(false),
            ],
        ),
    ] {
        let seen = says(board(name), "refusals", &["back-end"]);
        assert_eq!(seen, expected, "on {name}");
    }
}
