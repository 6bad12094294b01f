//! On a Cortex-M0, tier 1 masks no interrupt, whichever back end there is.

use super::{PLENTY, back_end::BACK_ENDS, board, disassembly::Code, run_within};
use runner::qemu::End;

const TIER1: [&str; 13] = [
    "stop_flag",
    "progress_split",
    "progress_write",
    "progress_read",
    "racy_once",
    "latest_split",
    "latest_publish",
    "latest_read",
    "latest_read_within",
    "sharded_split",
    "sharded_record",
    "sharded_snapshot",
    "sharded_mean",
];

/// What the same search must find.
const TIER2: [&str; 4] = ["allocate", "record", "advance", "claim"];

#[test]
fn tier_1_masks_nothing_and_tier_2_is_seen_to() {
    for back_end in BACK_ENDS {
        let name = back_end.name;
        let elf = back_end.build("tiers");
        let ran = run_within(PLENTY, board("microbit"), &elf);
        assert_eq!(ran.end, End::Exit(0), "{name}");

        let code = Code::read(&elf);
        for function in TIER1 {
            let at = code.find("tier1", function);
            let at = at.unwrap_or_else(|| panic!("{name}: {function} is not there"));
            assert_eq!(code.findings(at), [""; 0], "{name}: {function}");
        }
        for function in TIER2 {
            let at = code.find("tier2", function);
            assert_eq!(at.is_some(), back_end.has_tier2, "{name}: {function}");
            let findings = at.map(|at| code.findings(at));
            assert_ne!(findings, Some(vec![]), "{name}: {function}");
        }
    }
}
