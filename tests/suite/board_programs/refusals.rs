//! Where waiting is refused, and for which reason.

use super::{board, says};

/// What the firmware says where every way to sleep is refused, and only [`Polling`] is not: it stands for
/// a parker that has forgotten to refuse.
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
                // A trap handler runs with MIE clear: there is nothing else to tell it by.
                in_interrupt("InterruptsMasked", false),
                masked("MIE clear", false),
                allowed(false),
            ],
        ),
    ] {
        let seen = says(board(name), "refusals", &["tier2"]);
        assert_eq!(seen, expected, "on {name}");
    }
}
